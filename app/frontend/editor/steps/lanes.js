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
