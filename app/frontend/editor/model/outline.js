/**
 * A diagram as text: its steps in reading order, depth first from the start, as the step list of a published
 * diagram has them (`_in_order` in app/engine/definitions.py).
 *
 * @typedef {object} Line
 * @property {any} bo
 * @property {string} id
 * @property {'stap' | 'pijl'} what   arrows only where they choose a way
 * @property {number} depth
 * @property {string} name
 * @property {string} kind
 * @property {string} who
 * @property {string} telling         term or condition
 */
import { is, laneOf, lanesByNode } from './bpmn.js';
import { conditionInWords } from './conditions.js';
import { extension } from './extensions.js';
import { chooses, kindName, nameOf } from './kinds.js';
import { termInWords } from './terms.js';

/** @returns {Line[]} */
export function outline(process) {
  const lanes = lanesByNode(process);
  return inOrder(process).flatMap(({ bo, depth }) => {
    const step = { bo, id: bo.id, what: 'stap', depth, name: nameOf(bo), kind: kindName(bo) };
    return [
      { ...step, who: laneOf(bo, lanes)?.name || '', telling: tellingOf(bo) },
      ...waysOf(bo).map((flow) => ({ ...wayLine(flow), depth: depth + 1 })),
    ];
  });
}

/** The steps of a scope and the scopes in it. */
export function inOrder(process) {
  const seen = new Map();
  const nodes = nodesOf(process);
  const attached = groupBy(nodes.filter((one) => one.bo.attachedToRef), (one) => one.bo.attachedToRef);
  const starts = groupBy(
    nodes.filter((one) => !one.bo.attachedToRef && !one.bo.incoming?.length),
    (one) => one.bo.$parent,
  );
  const byObject = new Map(nodes.map((one) => [one.bo, one]));
  const ahead = [...(starts.get(process) || [])].reverse();
  const add = (more) => ahead.push(...more.filter(Boolean).reverse());
  while (ahead.length || seen.size < nodes.length) {
    const next = ahead.pop() || nodes.find((one) => !seen.has(one.bo));
    if (!seen.has(next.bo)) {
      seen.set(next.bo, next);
      const after = (next.bo.outgoing || []).map((flow) => byObject.get(flow.targetRef));
      add([...(starts.get(next.bo) || []), ...(attached.get(next.bo) || []), ...after]);
    }
  }
  return [...seen.values()];
}

function nodesOf(scope, depth = 0) {
  return (scope.flowElements || [])
    .filter((bo) => is(bo, 'bpmn:FlowNode'))
    .flatMap((bo) => [{ bo, depth: depth + (bo.attachedToRef ? 1 : 0) }, ...nodesOf(bo, depth + 1)]);
}

function groupBy(items, key) {
  const found = new Map();
  for (const item of items) {
    found.set(key(item), [...(found.get(key(item)) || []), item]);
  }
  return found;
}

/** The arrows out of an element that say which way to go. */
export function waysOf(bo) {
  const flows = bo.outgoing || [];
  return chooses(bo) && flows.length > 1 ? flows : [];
}

function wayLine(flow) {
  const target = flow.targetRef ? nameOf(flow.targetRef) : 'nergens';
  return { bo: flow, id: flow.id, what: 'pijl', name: `naar ${target}`, kind: 'pijl', who: '', telling: wayTelling(flow) };
}

/** When an arrow is taken: "als besluit is ja", "anders". */
export function wayTelling(flow) {
  if (flow.sourceRef?.default === flow) {
    return 'anders';
  }
  const text = flow.conditionExpression?.body;
  return text ? conditionInWords(text) : 'zonder voorwaarde';
}

function tellingOf(bo) {
  const due = extension(bo, 'zeebe:TaskSchedule')?.dueDate;
  if (due) {
    return `termijn ${termInWords(due)}`;
  }
  const event = bo.eventDefinitions?.[0];
  const time = event && (event.timeDate || event.timeDuration || event.timeCycle)?.body;
  return time && !bo.name ? termInWords(time) : '';
}
