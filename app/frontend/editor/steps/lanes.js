/** Lanes: which there are, and moving a step to one. */
import { is } from '../model/bpmn.js';
import { isTaken } from './room.js';

/** The lane shapes of the pool that a shape stands in, or of the pool itself. */
export function lanesAround(services, element) {
  const pool = poolOf(element);
  return services.get('elementRegistry').filter((one) => is(one, 'bpmn:Lane') && poolOf(one) === pool);
}

/** The pool around a shape. */
export function poolOf(element) {
  let here = element;
  while (here && !is(here, 'bpmn:Participant')) {
    here = here.parent;
  }
  return here;
}

/** A pool around everything that is drawn: only in a pool there can be lanes. */
export function addPool(services) {
  const root = services.get('canvas').getRootElement();
  const inside = root.children.filter((one) => !one.waypoints && one.type !== 'label');
  const box = boundsOf(inside);
  const pool = services.get('elementFactory').createParticipantShape();
  pool.width = Math.max(box.width + 160, 600);
  pool.height = Math.max(box.height + 120, 200);
  const place = { x: box.x - 90 + pool.width / 2, y: box.y - 60 + pool.height / 2 };
  return services.get('modeling').createShape(pool, place, root);
}

function boundsOf(shapes) {
  const left = Math.min(...shapes.map((one) => one.x));
  const top = Math.min(...shapes.map((one) => one.y));
  const right = Math.max(...shapes.map((one) => one.x + one.width));
  const bottom = Math.max(...shapes.map((one) => one.y + one.height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Only what stands directly in the pool can change lanes; a step in a phase stands where the phase stands. */
export function canChangeLane(element) {
  return is(element, 'bpmn:FlowNode') && !is(element, 'bpmn:BoundaryEvent') && is(element.parent, 'bpmn:Participant');
}

/** Move a step up or down into a lane, to the place nearest to where it stands that is free. */
export function moveToLane(services, element, lane) {
  const top = lane.y + element.height / 2 + 15;
  const bottom = lane.y + lane.height - element.height / 2 - 15;
  const from = { x: element.x + element.width / 2, y: element.y + element.height / 2 };
  if (from.y > lane.y && from.y < lane.y + lane.height) {
    return;
  }
  const place = nearest(element, { x: from.x, y: (lane.y * 2 + lane.height) / 2 }, top, bottom);
  const delta = { x: place.x - from.x, y: place.y - from.y };
  services.get('modeling').moveElements([element], delta, element.parent);
}

function nearest(element, start, top, bottom) {
  const { width, height } = element;
  for (let right = 0; right < 1200; right += 20) {
    for (let away = 0; start.y + away <= Math.max(bottom, start.y); away += 10) {
      for (const y of [start.y + away, start.y - away]) {
        const place = { x: start.x + right, y };
        if (y >= Math.min(top, start.y) && !isTaken(element.parent, { ...place, width, height }, [element])) {
          return place;
        }
      }
    }
  }
  return start;
}
