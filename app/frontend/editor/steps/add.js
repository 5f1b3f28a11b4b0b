/**
 * Adding a step where people mean it: after another one, between two, or on the edge of one. Room is made
 * first, so that nothing lies over something else and arrows stay straight.
 */
import { shapeOf } from '../offer/shapes.js';
import { is } from '../model/bpmn.js';
import { chooses } from '../model/kinds.js';
import { together } from '../model/together.js';
import { freePlace, makeRoom } from './room.js';
import { moveToLane } from './lanes.js';

const GAP = 60;

/**
 * Add a step after another one: on the arrow `flow`, or as a new way. Without a choice it comes on the only
 * arrow; a gateway that chooses, or splits, gets a new way.
 *
 * @param {any} services bpmn-js's injector, or the modeler
 * @param {any} source
 * @param {import('../model/kinds.js').Kind} kind
 * @param {{flow?: any, lane?: any, name?: string}} [choice] `flow: null` for a new way
 */
export function addAfter(services, source, kind, { flow = onlyFlow(source), lane, name } = {}) {
  return together(services, () => {
    const made = flow ? between(services, flow, kind) : append(services, source, kind);
    if (name) {
      services.get('modeling').updateProperties(made, { name });
    }
    if (lane) {
      moveToLane(services, made, lane);
    }
    return made;
  });
}

/** The arrow that a step is put on when nobody says where. */
export function onlyFlow(source) {
  const flows = source.outgoing.filter((one) => is(one, 'bpmn:SequenceFlow'));
  const splits = chooses(source.businessObject) || is(source, 'bpmn:ParallelGateway');
  return flows.length === 1 && !(splits && source.incoming.length === 1) ? flows[0] : null;
}

function between(services, flow, kind) {
  const { source } = flow;
  const modeling = services.get('modeling');
  const shapes = [shapeOf(services.get('elementFactory'), kind)].flat();
  const [shape] = shapes;
  const place = { x: right(source) + GAP + shape.width / 2, y: middle(source) };
  makeRoom(services, { ...place, width: shape.width + 2 * GAP, height: shape.height }, right(source) + 1, source, flow.target);
  const made = create(services, shapes, place, source.parent);
  if (!is(made, 'bpmn:EndEvent')) {
    const target = flow.target;
    modeling.reconnectEnd(flow, made, { x: made.x, y: middle(made) });
    const next = modeling.connect(made, target, { type: 'bpmn:SequenceFlow' });
    modeling.layoutConnection(next);
  } else {
    modeling.removeElements([flow]);
    modeling.connect(source, made);
  }
  return made;
}

function append(services, source, kind) {
  const modeling = services.get('modeling');
  const shapes = [shapeOf(services.get('elementFactory'), kind)].flat();
  const [shape] = shapes;
  const place = freePlace(services, source, shape, GAP);
  const made = create(services, shapes, place, source.parent);
  modeling.connect(source, made);
  return made;
}

function create(services, shapes, place, parent) {
  const modeling = services.get('modeling');
  if (shapes.length === 1) {
    return modeling.createShape(shapes[0], place, parent);
  }
  return modeling.createElements(shapes, place, parent)[0];
}

/** Put an event on the lower edge of a step, beside what stands there already. */
export function attach(services, host, kind, { name } = {}) {
  return together(services, () => {
    const shape = services.get('elementFactory').createShape({ ...kind.attributes });
    const place = { x: freeOnEdge(host, shape), y: host.y + host.height };
    const made = services.get('modeling').createShape(shape, place, host, { attach: true });
    if (name) {
      services.get('modeling').updateProperties(made, { name });
    }
    return made;
  });
}

function freeOnEdge(host, shape) {
  const taken = (host.attachers || []).map((one) => one.x + one.width / 2);
  const step = shape.width + 10;
  let x = host.x + host.width - step / 2 - 5;
  while (taken.some((one) => Math.abs(one - x) < step) && x > host.x + step / 2) {
    x -= step;
  }
  return x;
}

function right(shape) {
  return shape.x + shape.width;
}

function middle(shape) {
  return shape.y + shape.height / 2;
}
