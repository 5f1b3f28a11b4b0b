/**
 * Blocks: a few steps together that people often need, put down as ordinary elements. Each is described
 * by its steps with a place, and its arrows; `insert.js` puts it into the drawing.
 *
 * @typedef {object} Part
 * @property {string} key
 * @property {string} type
 * @property {string} [name]
 * @property {[number, number]} [at]    middle, from the middle of the block's first step
 * @property {string} [on]              key of the step that it stands on the edge of
 * @property {string} [within]          key of the phase that it stands in
 * @property {[number, number]} [size]
 * @property {string} [help]
 * @property {Record<string, unknown>} [attributes]  for the element factory
 * @property {Record<string, object>} [zeebe]        extension elements
 * @property {string} [after]           a moment: FEEL
 *
 * @typedef {{from: string, to: string, when?: string, otherwise?: boolean, name?: string, bends?: [number, number][]}} Way
 * @typedef {{parts: Part[], ways: Way[], first: string, last: string, room: number, above: number, below: number, otherwise?: boolean}} Drawing
 *   room: how wide it is; above and below: how far it reaches from the middle of its first step
 */

const TIMER = 'bpmn:TimerEventDefinition';
const workingDays = (number) => `=add working days(now(), ${number})`;

/** A task; who can do it is reminded after some working days, and it stays. */
export function withReminder({ id, name, form, days }) {
  return {
    parts: [
      task(id, name, [0, 0], { form, due: workingDays(days + 2) }),
      { key: `${id}_herinnering`, type: 'bpmn:BoundaryEvent', name: `Na ${days} werkdagen`, on: id, after: workingDays(days), attributes: { eventDefinitionType: TIMER, cancelActivity: false } },
      ...reminder(id, [0, 130]),
    ],
    ways: [...reminderWays(id)],
    first: id,
    last: id,
    room: 240,
    above: 40,
    below: 170,
  };
}

/** Every organisation of a list gets its own task, with a reminder; who does not answer holds nothing up. */
export function askPartners({ id, name, form, days, list }) {
  const answer = `${id}_antwoord`;
  const phase = `${id}_partners`;
  return {
    parts: [
      {
        key: phase, type: 'bpmn:SubProcess', name, at: [210, 0], size: [560, 400],
        help: 'Elke gevraagde organisatie krijgt een eigen taak met een eigen termijn.',
        attributes: { isExpanded: true },
        each: { list, item: 'verzoek', output: `${id}_antwoorden`, element: `={organisatie: verzoek.organisatie, antwoord: ${answer}}` },
      },
      { key: `${id}_begin`, type: 'bpmn:StartEvent', within: phase, at: [-10, 0] },
      task(id, 'Antwoord geven', [130, 0], { size: [140, 80], form, due: workingDays(days), groups: '="organisatie:" + verzoek.organisatie', within: phase }),
      { key: `${id}_einde`, type: 'bpmn:EndEvent', within: phase, at: [410, 0] },
      { key: `${id}_herinnering`, type: 'bpmn:BoundaryEvent', name: `Na ${Math.max(1, days - 2)} werkdagen`, on: id, edge: 'boven', within: phase, after: workingDays(Math.max(1, days - 2)), attributes: { eventDefinitionType: TIMER, cancelActivity: false } },
      ...reminder(id, [130, -130], phase, 410),
      { key: `${id}_termijn`, type: 'bpmn:BoundaryEvent', name: `Na ${days} werkdagen`, on: id, within: phase, after: workingDays(days), attributes: { eventDefinitionType: TIMER, cancelActivity: true } },
      {
        key: `${id}_zonder`, type: 'bpmn:ScriptTask', name: 'Verder zonder antwoord', within: phase, at: [130, 130],
        help: 'Wie niet antwoordt houdt de casus niet op. Dat er geen antwoord kwam, wordt vastgelegd.',
        zeebe: { 'zeebe:Script': { expression: '={soort: "geen_antwoord"}', resultVariable: answer } },
      },
      { key: `${id}_vervallen`, type: 'bpmn:EndEvent', name: 'Geen antwoord', within: phase, at: [410, 130] },
    ],
    ways: [
      { from: `${id}_begin`, to: id },
      { from: id, to: `${id}_einde` },
      ...reminderWays(id),
      { from: `${id}_termijn`, to: `${id}_zonder` },
      { from: `${id}_zonder`, to: `${id}_vervallen` },
    ],
    first: phase,
    last: phase,
    room: 560,
    above: 200,
    below: 200,
  };
}

/** Somebody proposes, somebody else in another role agrees or sends it back. */
export function fourEyes({ id, name, form, controlForm, controlVariable, role }) {
  const control = `${id}_controle`;
  const gateway = `${id}_akkoord`;
  return {
    parts: [
      task(id, name, [0, 0], { form, due: workingDays(5) }),
      task(control, `${name} controleren`, [200, 0], { form: controlForm, due: workingDays(5), groups: role, notBy: id, help: 'Een tweede kijkt mee: klopt dit voorstel? Zo niet, dan gaat het met uw uitleg terug.' }),
      { key: gateway, type: 'bpmn:ExclusiveGateway', name: 'Akkoord?', at: [345, 0] },
    ],
    ways: [
      { from: id, to: control },
      { from: control, to: gateway },
      { from: gateway, to: id, name: 'niet akkoord', when: `=${controlVariable} = "nee"`, bends: [[345, 100], [0, 100]] },
    ],
    first: id,
    last: gateway,
    otherwise: true,
    room: 420,
    above: 40,
    below: 110,
  };
}

/** What the control form asks. */
export function controlQuestions(variable) {
  return [
    {
      type: 'radio', id: 'akkoord_1', key: variable, label: 'Bent u akkoord?', validate: { required: true },
      values: [{ label: 'Ja', value: 'ja' }, { label: 'Nee, terug naar wie het voorstelde', value: 'nee' }],
      layout: { row: 'rij_2', columns: null },
    },
    {
      type: 'textarea', id: 'toelichting_1', key: `${variable}_toelichting`, label: 'Waarom?',
      layout: { row: 'rij_3', columns: null },
    },
  ];
}

function task(key, name, at, { form, due, groups, notBy, within, help, size }) {
  const zeebe = { 'zeebe:UserTask': {} };
  if (form) {
    zeebe['zeebe:FormDefinition'] = { formId: form };
  }
  if (groups) {
    zeebe['zeebe:AssignmentDefinition'] = { candidateGroups: groups };
  }
  if (notBy) {
    zeebe['zeebe:Properties'] = { properties: { niet_door: notBy } };
  }
  zeebe['zeebe:TaskSchedule'] = { dueDate: due };
  return { key, type: 'bpmn:UserTask', name, at, within, help, size, zeebe };
}

function reminder(id, [x, y], within, end = x + 105) {
  return [
    {
      key: `${id}_herinneren`, type: 'bpmn:ServiceTask', name: 'Herinneren', at: [x, y], within,
      help: 'Casusroute herinnert wie de taak kan doen.',
      zeebe: { 'zeebe:TaskDefinition': { type: 'herinner' }, 'zeebe:TaskHeaders': { headers: { taak: id } } },
    },
    { key: `${id}_herinnerd`, type: 'bpmn:EndEvent', at: [end, y], within },
  ];
}

function reminderWays(id) {
  return [
    { from: `${id}_herinnering`, to: `${id}_herinneren` },
    { from: `${id}_herinneren`, to: `${id}_herinnerd` },
  ];
}
