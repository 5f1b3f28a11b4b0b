/** The few things of bpmn-js's model that everything here needs. */
export { is, isAny, getBusinessObject as businessObject } from 'bpmn-js/lib/util/ModelUtil';
import { is } from 'bpmn-js/lib/util/ModelUtil';

/** The processes that are drawn, each with its pool when it has one. */
export function drawnProcesses(modeler) {
  const root = modeler.getDefinitions()?.rootElements || [];
  const collaboration = root.find((one) => is(one, 'bpmn:Collaboration'));
  const pools = collaboration?.participants || [];
  const processes = root.filter((one) => is(one, 'bpmn:Process'));
  return processes.map((process) => ({ process, pool: pools.find((pool) => pool.processRef === process) }));
}

/** The process, subprocess or other scope that a flow node stands in. */
export function processOf(bo) {
  let here = bo;
  while (here && !is(here, 'bpmn:Process')) {
    here = is(here, 'bpmn:Participant') ? here.processRef : here.$parent;
  }
  return here;
}

/** Every lane of a process, at any depth, in the order of the file. */
export function lanesOf(process) {
  const found = [];
  const walk = (sets) => {
    for (const lane of sets.flatMap((set) => set.lanes || [])) {
      found.push(lane);
      walk(lane.childLaneSet ? [lane.childLaneSet] : []);
    }
  };
  walk(process?.laneSets || []);
  return found;
}

/** By flow node, the innermost lane that it stands in. */
export function lanesByNode(process) {
  return new Map(lanesOf(process).flatMap((lane) => (lane.flowNodeRef || []).map((node) => [node, lane])));
}

/** The lane of a flow node, of the step that it is attached to, or of the phase around it. */
export function laneOf(bo, lanes = lanesByNode(processOf(bo))) {
  for (let here = bo; here && !is(here, 'bpmn:Process'); here = here.$parent) {
    const lane = lanes.get(here) || lanes.get(here.attachedToRef);
    if (lane) {
      return lane;
    }
  }
  return undefined;
}

/** All flow elements in a scope and in the scopes within it. */
export function allElements(scope) {
  return (scope?.flowElements || []).flatMap((one) => [one, ...allElements(one)]);
}

/** The text of the documentation of an element. */
export function documentationOf(bo) {
  return bo.documentation?.[0]?.text || '';
}

/** The first event definition, when there is one. */
export function eventOf(bo) {
  return bo.eventDefinitions?.[0];
}

/** An id from a name, that nothing in this file has yet: "Besluit nemen" gives besluit_nemen. */
export function freeId(modeler, name, otherwise) {
  const plain = slug(name) || otherwise;
  const taken = (id) => modeler.get('moddle').ids.assigned(id);
  let id = plain;
  for (let number = 2; taken(id); number += 1) {
    id = `${plain}_${number}`;
  }
  return id;
}

/** Lower case letters, digits and _, beginning with a letter. */
export function slug(name) {
  const plain = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '_').replace(/^[_0-9]+|_+$/g, '').slice(0, 40);
}
