/** Free room in a drawing: where a new step fits, and moving what stands in its way. */
import { is, isAny } from '../model/bpmn.js';

const MARGIN = 20;
const ROW = 110;
const AROUND = ['bpmn:Participant', 'bpmn:Lane'];

/** The shapes that a new one in this parent must not lie over. */
function obstacles(parent, without = []) {
  return (parent.children || []).filter(
    (one) =>
      !one.waypoints && one.type !== 'label' && !isAny(one, AROUND) && !is(one, 'bpmn:BoundaryEvent') && !without.includes(one),
  );
}

/** Whether a box with its middle at x, y lies over one of the shapes, or too near. */
export function isTaken(parent, { x, y, width, height }, without = []) {
  return obstacles(parent, without).some(
    (one) =>
      Math.abs(one.x + one.width / 2 - x) < (one.width + width) / 2 + MARGIN &&
      Math.abs(one.y + one.height / 2 - y) < (one.height + height) / 2 + MARGIN,
  );
}

/**
 * Make the place of a box free: what stands right of `start` in its rows goes to the right, and a lane that
 * is too low for it grows downwards.
 *
 * @param {any} services
 * @param {{x: number, y: number, width: number, height: number}} box with its middle at x, y
 * @param {number} start
 * @param {any} source the step that the box comes after
 * @param {any} [target] what comes after the box
 */
export function makeRoom(services, box, start, source, target) {
  growLane(services, source, box.y + box.height / 2);
  const { parent } = source;
  const inRows = (one) => Math.abs(one.y + one.height / 2 - box.y) < (one.height + box.height) / 2;
  const right = obstacles(parent, [source]).filter((one) => one.x >= start && (one === target || inRows(one)));
  const nearest = Math.min(...right.map((one) => one.x));
  const needed = start + box.width - nearest;
  if (Number.isFinite(nearest) && needed > 0) {
    shift(services, 'x', start, tens(needed), parent);
  }
}

/** How far above its row a box may reach within its lane; the rest has to go below. */
export function roomAbove(services, source, row) {
  const lane = laneShape(services, source);
  return lane ? row - lane.y : Infinity;
}

/** Let the lane of a step, or the phase around it, reach down to `bottom`. */
function growLane(services, source, bottom) {
  const around = laneShape(services, source) || (is(source.parent, 'bpmn:SubProcess') ? source.parent : null);
  const short = around ? bottom + MARGIN - (around.y + around.height) : 0;
  if (short > 0) {
    shift(services, 'y', around.y + around.height - 1, tens(short), source.parent);
  }
}

/** The innermost lane that a shape stands in, by its place. */
function laneShape(services, shape) {
  const middle = { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 };
  const lanes = services.get('elementRegistry').filter((one) => is(one, 'bpmn:Lane') && holds(one, middle));
  return is(shape.parent, 'bpmn:Participant') ? lanes.sort((one, other) => one.height - other.height)[0] : undefined;
}

function holds(box, { x, y }) {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

function tens(number) {
  return Math.ceil(number / 10) * 10;
}

/** Move everything that begins beyond `start` along an axis; what stands around it grows. */
function shift(services, axis, start, distance, parent) {
  const root = outermost(parent);
  const { movingShapes, resizingShapes } = services.get('spaceTool').calculateAdjustments([root, ...descendants(root)], axis, distance, start);
  const delta = { x: 0, y: 0, [axis]: distance };
  services.get('modeling').createSpace(movingShapes, resizingShapes, delta, axis === 'x' ? 'e' : 's', start);
}

function outermost(parent) {
  let here = parent;
  while (here.parent && here.parent.parent) {
    here = here.parent;
  }
  return here;
}

function descendants(shape) {
  return (shape.children || []).flatMap((one) => [one, ...descendants(one)]);
}

/**
 * Where a new way out of `source` begins: right of it, in the nearest free row of its own lane. A lane
 * without one grows.
 */
export function freePlace(services, source, shape, gap) {
  if (is(source, 'bpmn:BoundaryEvent')) {
    return belowHost(services, source, shape);
  }
  const size = { width: shape.width, height: shape.height };
  const x = source.x + source.width + gap + shape.width / 2;
  const row = source.y + source.height / 2;
  const lane = laneShape(services, source);
  for (const y of rows(row, lane, shape)) {
    if (!isTaken(source.parent, { x, y, ...size })) {
      growLane(services, source, y + shape.height / 2);
      return { x, y };
    }
  }
  return { x, y: row };
}

/** The row itself, then those below and above it by turns; above only within the lane. */
function* rows(row, lane, shape) {
  yield row;
  for (let away = ROW; away < 20 * ROW; away += ROW) {
    yield row + away;
    if (!lane || row - away - shape.height / 2 > lane.y + MARGIN / 2) {
      yield row - away;
    }
  }
}

function belowHost(services, event, shape) {
  const { host } = event;
  const size = { width: shape.width, height: shape.height };
  const place = { x: event.x + event.width / 2, y: host.y + host.height + 70 + shape.height / 2 };
  while (isTaken(host.parent, { ...place, ...size }) && place.x < host.x + 2000) {
    place.x += 40;
  }
  growLane(services, host, place.y + shape.height / 2);
  return place;
}
