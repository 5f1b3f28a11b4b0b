import { eventOf, is, isAny } from '../model/bpmn.js';
import { setExtensionOf, extension } from '../model/extensions.js';
import { together } from '../model/together.js';
import { FeelField } from '../feel/feel_field.js';
import { html } from '../ui.js';
import { Checkbox, TextField } from './fields.js';
import { Section } from './section.js';
import { TermChoice } from './term.js';

/** What an event waits for or tells: a time, a message, a signal, a code. */
export function Moment(props) {
  const { bo } = props;
  const event = eventOf(bo);
  const Part = { 'bpmn:TimerEventDefinition': Time, 'bpmn:LinkEventDefinition': Link }[event?.$type] || REFERENCES[event?.$type];
  const message = is(bo, 'bpmn:ReceiveTask') || event?.$type === 'bpmn:MessageEventDefinition';
  const interrupts = is(bo, 'bpmn:BoundaryEvent') && !isAny(event, ['bpmn:ErrorEventDefinition', 'bpmn:CompensateEventDefinition', 'bpmn:CancelEventDefinition']);
  if (!Part && !message && !interrupts) {
    return null;
  }
  return html`
    <${Section} title="Wanneer">
      ${message && html`<${Message} ...${props} holder=${is(bo, 'bpmn:ReceiveTask') ? bo : event} />`}
      ${Part && html`<${typeof Part === 'function' ? Part : Named} ...${props} event=${event} of=${Part} />`}
      ${interrupts && html`<${Interrupts} ...${props} />`}
    </${Section}>
  `;
}

function Interrupts({ modeler, element, bo }) {
  const write = (stops) => modeler.get('modeling').updateProperties(element, { cancelActivity: stops });
  const host = bo.attachedToRef?.name || 'de stap';
  return html`<${Checkbox} label=${`Dan stopt ${host}`} checked=${bo.cancelActivity !== false} onChange=${write}
    hint="Zonder vinkje loopt de stap door en begint er iets naast." />`;
}

const TIMES = ['timeDate', 'timeDuration', 'timeCycle'];

function Time({ studio, modeler, element, bo, event }) {
  const place = TIMES.find((one) => event[one]) || 'timeDate';
  const write = (text) => {
    const next = /^P\d+D$/.test(text || '') ? 'timeDuration' : place === 'timeCycle' ? 'timeCycle' : 'timeDate';
    const made = text ? modeler.get('bpmnFactory').create('bpmn:FormalExpression', { body: text }) : undefined;
    const others = Object.fromEntries(TIMES.map((one) => [one, undefined]));
    modeler.get('modeling').updateModdleProperties(element, event, { ...others, [next]: made });
  };
  const value = event[place]?.body;
  return html`<${TermChoice} studio=${studio} bo=${bo} value=${value} onChange=${write} kinds=${['werkdagen', 'duur', 'datum', 'anders']} />`;
}

/** The events that name something of the whole file: {reference, type, attribute, label}. */
const REFERENCES = {
  'bpmn:SignalEventDefinition': { reference: 'signalRef', type: 'bpmn:Signal', attribute: 'name', label: 'Naam van het signaal' },
  'bpmn:ErrorEventDefinition': { reference: 'errorRef', type: 'bpmn:Error', attribute: 'errorCode', label: 'Code van de fout' },
  'bpmn:EscalationEventDefinition': { reference: 'escalationRef', type: 'bpmn:Escalation', attribute: 'escalationCode', label: 'Code van de escalatie' },
};

function Named({ modeler, element, event, of: { reference, type, attribute, label } }) {
  const all = modeler.getDefinitions().rootElements.filter((one) => is(one, type));
  const write = (text) => refer(modeler, element, event, reference, type, text.trim(), attribute);
  return html`<${TextField} label=${label} value=${event[reference]?.[attribute]} onChange=${write}
    suggestions=${all.map((one) => one[attribute]).filter(Boolean)} />`;
}

/** Point to the thing of this name, which is made when it is not there; an empty name points to nothing. */
function refer(modeler, element, holder, reference, type, text, attribute) {
  const definitions = modeler.getDefinitions();
  const modeling = modeler.get('modeling');
  together(modeler, () => {
    let found = definitions.rootElements.find((one) => is(one, type) && one[attribute] === text);
    if (text && !found) {
      found = modeler.get('bpmnFactory').create(type, { name: text, ...(attribute === 'name' ? {} : { [attribute]: text }) });
      found.$parent = definitions;
      modeling.updateModdleProperties(element, definitions, { rootElements: [...definitions.rootElements, found] });
    }
    modeling.updateModdleProperties(element, holder, { [reference]: text ? found : undefined });
  });
}

function Message({ studio, modeler, element, bo, holder }) {
  const message = holder.messageRef;
  const begins = is(bo, 'bpmn:StartEvent') && is(bo.$parent, 'bpmn:Process');
  const write = (text) => refer(modeler, element, holder, 'messageRef', 'bpmn:Message', text.trim(), 'name');
  const writeKey = (text) => setExtensionOf(modeler, element, message, 'zeebe:Subscription', text ? { correlationKey: text } : null);
  return html`
    <${TextField} label="Naam van het bericht" value=${message?.name} onChange=${write} suggestions=${studio.knowledge.all.messages} />
    ${message && !begins &&
    html`<${FeelField} label="Sleutel: bij welke casus hoort het bericht" value=${extension(message, 'zeebe:Subscription')?.correlationKey}
        onChange=${writeKey} variables=${studio.knowledge.before(bo)} functions=${studio.knowledge.all.functions} />`}
  `;
}

function Link({ modeler, element, event }) {
  const write = (name) => modeler.get('modeling').updateModdleProperties(element, event, { name: name.trim() || undefined });
  return html`<${TextField} label="Naam van de sprong" value=${event.name} onChange=${write}
    hint="Een sprong met dezelfde naam komt daar aan." />`;
}
