/**
 * What Casusroute executes, in the words of who owns the process. One table for the palette, the menus and
 * the step list: what is not here can't be drawn (app/engine/build.py has the same elements).
 *
 * @typedef {object} Kind
 * @property {string} key
 * @property {string} name    "Taak"
 * @property {string} telling one sentence of what it does
 * @property {string} group   a key of GROUPS
 * @property {string} icon    class of the bpmn font
 * @property {Record<string, unknown>} attributes for the element factory: type, eventDefinitionType, …
 * @property {boolean} [attached] only on the edge of a step
 */
import { is, isAny } from './bpmn.js';

export const GROUPS = {
  mensen: 'Mensen doen iets',
  wegen: 'De weg kiezen',
  machine: 'Casusroute doet iets',
  tijd: 'Wachten',
  einde: 'Begin en einde',
  rand: 'Aan de rand van een stap',
};

const TIMER = 'bpmn:TimerEventDefinition';
const MESSAGE = 'bpmn:MessageEventDefinition';

/** @type {Kind[]} */
export const KINDS = [
  kind('taak', 'Taak', 'Iemand vult een formulier in.', 'mensen', 'user-task', { type: 'bpmn:UserTask' }),
  kind('handeling', 'Handeling buiten Casusroute', 'Staat in het diagram om te lezen; de casus gaat meteen verder.', 'mensen', 'manual-task', { type: 'bpmn:ManualTask' }),
  kind('deelproces', 'Deelproces', 'Een ander proces van deze werkwijze.', 'mensen', 'call-activity', { type: 'bpmn:CallActivity' }),
  kind('fase', 'Fase', 'Een groep stappen bij elkaar, ook om te herhalen.', 'mensen', 'subprocess-expanded', { type: 'bpmn:SubProcess', isExpanded: true }),
  kind('keuze', 'Keuze', 'Precies één van de wegen, naar een voorwaarde.', 'wegen', 'gateway-xor', { type: 'bpmn:ExclusiveGateway' }),
  kind('wegen', 'Een of meer wegen', 'Elke weg waarvan de voorwaarde geldt.', 'wegen', 'gateway-or', { type: 'bpmn:InclusiveGateway' }),
  kind('tegelijk', 'Tegelijk', 'Alle wegen samen beginnen, of op elkaar wachten.', 'wegen', 'gateway-parallel', { type: 'bpmn:ParallelGateway' }),
  kind('eerste', 'Wat het eerst gebeurt', 'De weg van het bericht of de termijn die het eerst komt.', 'wegen', 'gateway-eventbased', { type: 'bpmn:EventBasedGateway' }),
  kind('beslistabel', 'Beslistabel', 'Een tabel van deze werkwijze geeft het antwoord.', 'machine', 'business-rule', { type: 'bpmn:BusinessRuleTask' }),
  kind('berekening', 'Berekening', 'Zet een waarde klaar voor later.', 'machine', 'script', { type: 'bpmn:ScriptTask' }),
  kind('automatisch', 'Automatische stap', 'Herinneren, opschalen, mail of een bericht sturen.', 'machine', 'service', { type: 'bpmn:ServiceTask' }),
  kind('wachten', 'Wachten op tijd', 'De casus gaat op een tijdstip verder.', 'tijd', 'intermediate-event-catch-timer', { type: 'bpmn:IntermediateCatchEvent', eventDefinitionType: TIMER }),
  kind('bericht', 'Wachten op bericht', 'De casus gaat verder als een bericht komt.', 'tijd', 'intermediate-event-catch-message', { type: 'bpmn:IntermediateCatchEvent', eventDefinitionType: MESSAGE }),
  kind('mijlpaal', 'Mijlpaal', 'Een punt om te lezen; de casus gaat meteen verder.', 'einde', 'intermediate-event-none', { type: 'bpmn:IntermediateThrowEvent' }),
  kind('begin', 'Begin', 'Hier begint het proces.', 'einde', 'start-event-none', { type: 'bpmn:StartEvent' }),
  kind('einde', 'Einde', 'Hier eindigt deze weg.', 'einde', 'end-event-none', { type: 'bpmn:EndEvent' }),
  kind('stop', 'Einde van alles', 'Hier eindigt het proces, ook de andere wegen.', 'einde', 'end-event-terminate', { type: 'bpmn:EndEvent', eventDefinitionType: 'bpmn:TerminateEventDefinition' }),
  edge('herinnering', 'Termijn, de stap loopt door', 'Na een tijd begint er iets naast de stap.', 'intermediate-event-catch-non-interrupting-timer', TIMER, false),
  edge('termijn', 'Termijn, de stap stopt', 'Na een tijd houdt de stap op en gaat de casus hier verder.', 'intermediate-event-catch-timer', TIMER, true),
  edge('randbericht', 'Bericht, de stap stopt', 'Bij een bericht houdt de stap op.', 'intermediate-event-catch-message', MESSAGE, true),
];

function kind(key, name, telling, group, icon, attributes) {
  return { key, name, telling, group, icon: `bpmn-icon-${icon}`, attributes };
}

function edge(key, name, telling, icon, eventDefinitionType, cancelActivity) {
  const attributes = { type: 'bpmn:BoundaryEvent', eventDefinitionType, cancelActivity };
  return { ...kind(key, name, telling, 'rand', icon, attributes), attached: true };
}

/** @param {string} key @returns {Kind} */
export function kindOf(key) {
  return KINDS.find((one) => one.key === key);
}

const NAMES = {
  'bpmn:UserTask': 'taak',
  'bpmn:ManualTask': 'handeling buiten Casusroute',
  'bpmn:Task': 'stap',
  'bpmn:ServiceTask': 'automatische stap',
  'bpmn:SendTask': 'automatische stap',
  'bpmn:ReceiveTask': 'wachten op bericht',
  'bpmn:ScriptTask': 'berekening',
  'bpmn:BusinessRuleTask': 'beslistabel',
  'bpmn:CallActivity': 'deelproces',
  'bpmn:SubProcess': 'fase',
  'bpmn:Transaction': 'transactie',
  'bpmn:ExclusiveGateway': 'keuze',
  'bpmn:InclusiveGateway': 'een of meer wegen',
  'bpmn:ParallelGateway': 'tegelijk',
  'bpmn:EventBasedGateway': 'wat het eerst gebeurt',
  'bpmn:SequenceFlow': 'pijl',
  'bpmn:Lane': 'baan',
  'bpmn:Participant': 'proces',
  'bpmn:Process': 'proces',
  'bpmn:Collaboration': 'proces',
  'bpmn:TextAnnotation': 'notitie',
  'bpmn:Group': 'groep',
  'bpmn:Association': 'lijn naar een notitie',
  'bpmn:DataObjectReference': 'gegevens',
  'bpmn:DataStoreReference': 'gegevensverzameling',
};
const EVENTS = {
  'bpmn:TimerEventDefinition': 'tijd',
  'bpmn:MessageEventDefinition': 'bericht',
  'bpmn:SignalEventDefinition': 'signaal',
  'bpmn:ErrorEventDefinition': 'fout',
  'bpmn:EscalationEventDefinition': 'escalatie',
  'bpmn:LinkEventDefinition': 'sprong',
  'bpmn:CompensateEventDefinition': 'ongedaan maken',
  'bpmn:CancelEventDefinition': 'afbreken',
  'bpmn:TerminateEventDefinition': 'alles stopt',
};

/** What an element is, in a word or two: "taak", "termijn", "einde: fout". */
export function kindName(bo) {
  const event = EVENTS[bo.eventDefinitions?.[0]?.$type];
  if (is(bo, 'bpmn:BoundaryEvent')) {
    const what = event === 'tijd' ? 'termijn' : event || 'gebeurtenis';
    return bo.cancelActivity === false ? `${what}, de stap loopt door` : `${what}, de stap stopt`;
  }
  if (is(bo, 'bpmn:StartEvent')) {
    return event ? `begin: ${event}` : 'begin';
  }
  if (is(bo, 'bpmn:EndEvent')) {
    return event ? `einde: ${event}` : 'einde';
  }
  if (is(bo, 'bpmn:IntermediateCatchEvent')) {
    return event === 'tijd' || event === 'bericht' ? `wachten op ${event}` : `wachten: ${event || 'niets'}`;
  }
  if (is(bo, 'bpmn:IntermediateThrowEvent')) {
    return event || 'mijlpaal';
  }
  if (is(bo, 'bpmn:SubProcess') && bo.triggeredByEvent) {
    return 'fase bij een gebeurtenis';
  }
  return NAMES[bo.$type] || bo.$type.replace('bpmn:', '');
}

/** The name of an element, or what it is when it has none. */
export function nameOf(bo) {
  const text = is(bo, 'bpmn:TextAnnotation') ? bo.text : bo.name;
  const kind = kindName(bo);
  return text?.trim() || `${kind[0].toUpperCase()}${kind.slice(1)}, zonder naam`;
}

export const ACTIVITIES = ['bpmn:Task', 'bpmn:CallActivity', 'bpmn:SubProcess'];

/** Whether something can follow it by an arrow. */
export function canGoOn(bo) {
  return (
    is(bo, 'bpmn:FlowNode') &&
    !is(bo, 'bpmn:EndEvent') &&
    !(is(bo, 'bpmn:SubProcess') && bo.triggeredByEvent) &&
    !bo.isForCompensation &&
    !['bpmn:CompensateEventDefinition', 'bpmn:LinkEventDefinition'].includes(
      is(bo, 'bpmn:ThrowEvent') || is(bo, 'bpmn:BoundaryEvent') ? bo.eventDefinitions?.[0]?.$type : '',
    )
  );
}

/** Whether something can stand on its edge. */
export function hasEdge(bo) {
  return isAny(bo, ACTIVITIES) && !bo.triggeredByEvent;
}

const CHOOSING = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway'];

/** Whether its arrows can have conditions. */
export function chooses(bo) {
  return isAny(bo, CHOOSING);
}
