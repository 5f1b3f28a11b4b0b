import { allElements, is, isAny, processOf } from '../model/bpmn.js';
import { extension, headers, mappings, setExtension, setHeader, setInput } from '../model/extensions.js';
import { nameOf } from '../model/kinds.js';
import { FeelField } from '../feel/feel_field.js';
import { html } from '../ui.js';
import { NumberField, SelectField, TextField } from './fields.js';
import { Section } from './section.js';

/** What a step of Casusroute itself uses: a process, a table, a formula, or a kind of work. */
export function Calls(props) {
  const Part = PARTS.find(([types]) => isAny(props.bo, types))?.[1];
  return Part ? html`<${Part} ...${props} />` : null;
}

function Called({ studio, modeler, element, bo }) {
  const called = extension(bo, 'zeebe:CalledElement');
  const options = studio.knowledge.all.processes.map((one) => ({ value: one.id, label: one.name }));
  const write = (processId) =>
    setExtension(modeler, element, 'zeebe:CalledElement', { processId: processId || undefined, propagateAllChildVariables: called?.processId ? called.propagateAllChildVariables : true });
  return html`
    <${Section} title="Deelproces">
      <${SelectField} label="Proces" value=${called?.processId} options=${[{ value: '', label: 'Kies een proces' }, ...options]} onChange=${write}
        hint="Alles wat hier bekend is gaat mee, en wat daar wordt ingevuld komt terug." />
    </${Section}>
  `;
}

function Decision({ studio, modeler, element, bo }) {
  const called = extension(bo, 'zeebe:CalledDecision');
  const found = studio.knowledge.decision(called?.decisionId);
  const options = studio.knowledge.all.decisions.map((one) => ({ value: one.id, label: one.name }));
  const write = (change) => setExtension(modeler, element, 'zeebe:CalledDecision', change);
  const choose = (id) => write({ decisionId: id || undefined, resultVariable: called?.resultVariable || id || undefined });
  return html`
    <${Section} title="Beslistabel">
      <${SelectField} label="Tabel" value=${called?.decisionId} options=${[{ value: '', label: 'Kies een tabel' }, ...options]} onChange=${choose} />
      ${found && html`<p class="cr-zacht">Kijkt naar: ${found.inputs.join(', ') || 'niets'}. Geeft: ${found.outputs.join(', ') || 'niets'}.</p>`}
      <${TextField} label="Bewaar het antwoord als" value=${called?.resultVariable} onChange=${(text) => write({ resultVariable: text.trim() || undefined })} />
    </${Section}>
  `;
}

function Script({ studio, modeler, element, bo }) {
  const script = extension(bo, 'zeebe:Script');
  const write = (change) => setExtension(modeler, element, 'zeebe:Script', change);
  return html`
    <${Section} title="Berekening">
      <${FeelField} label="Formule" value=${script?.expression} onChange=${(expression) => write({ expression })}
        variables=${studio.knowledge.before(bo)} functions=${studio.knowledge.all.functions} />
      <${TextField} label="Bewaar de uitkomst als" value=${script?.resultVariable} onChange=${(text) => write({ resultVariable: text.trim() || undefined })} />
    </${Section}>
  `;
}

/** What each kind of work needs, as shown to people. Other kinds have the technical part. */
const WORK = {
  herinner: { headers: [['taak', 'Taak waaraan wordt herinnerd', 'taak']] },
  escaleer: {
    headers: [
      ['taak', 'Taak die wordt opgeschaald', 'taak'],
      ['prioriteit', 'Voorrang (hoogste is 100)', 'getal'],
      ['rol', 'Rol die de taak ook kan doen', 'rol'],
    ],
  },
  mail: { inputs: [['aan', 'Aan'], ['onderwerp', 'Onderwerp'], ['tekst', 'Tekst']] },
  proces: { inputs: [['proces', 'Proces (de id, als tekst)'], ['gegevens', 'Gegevens']] },
  bericht: { inputs: [['bericht', 'Naam van het bericht'], ['sleutel', 'Sleutel'], ['gegevens', 'Gegevens']] },
};

function Work({ studio, modeler, element, bo }) {
  const type = extension(bo, 'zeebe:TaskDefinition')?.type;
  const options = studio.knowledge.all.jobTypes.map((one) => ({ value: one.id, label: one.text }));
  const write = (id) => setExtension(modeler, element, 'zeebe:TaskDefinition', id ? { type: id } : null);
  const needs = WORK[type] || {};
  const given = headers(bo);
  const inputs = mappings(bo);
  return html`
    <${Section} title="Werk">
      <${SelectField} label="Wat doet Casusroute?" value=${type} options=${[{ value: '', label: 'Kies wat er gebeurt' }, ...options]} onChange=${write} />
      ${(needs.headers || []).map(([key, label, kind]) => html`<${Header} key=${`${type}-${key}`} studio=${studio} bo=${bo} kind=${kind} label=${label}
        value=${given[key]} onChange=${(value) => setHeader(modeler, element, key, value)} />`)}
      ${(needs.inputs || []).map(([key, label]) => html`<${FeelField} key=${`${type}-${key}`} label=${label} value=${inputs[key]}
        onChange=${(source) => setInput(modeler, element, key, source)} variables=${studio.knowledge.before(bo)} functions=${studio.knowledge.all.functions} hint='Een formule; gewone tekst staat tussen aanhalingstekens: "tekst".' />`)}
    </${Section}>
  `;
}

function Header({ studio, bo, kind, label, value, onChange }) {
  if (kind === 'getal') {
    return html`<${NumberField} label=${label} value=${value} onChange=${(number) => onChange(String(number))} />`;
  }
  const options =
    kind === 'rol'
      ? studio.knowledge.all.roles.map((one) => ({ value: one.key, label: one.name }))
      : allElements(processOf(bo)).filter((one) => is(one, 'bpmn:UserTask')).map((one) => ({ value: one.id, label: nameOf(one) }));
  return html`<${SelectField} label=${label} value=${value} options=${[{ value: '', label: 'Geen' }, ...options]} onChange=${onChange} />`;
}

const PARTS = [
  [['bpmn:CallActivity'], Called],
  [['bpmn:BusinessRuleTask'], Decision],
  [['bpmn:ScriptTask'], Script],
  [['bpmn:ServiceTask', 'bpmn:SendTask'], Work],
];
