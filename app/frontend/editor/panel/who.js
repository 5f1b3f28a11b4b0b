import { is, laneOf } from '../model/bpmn.js';
import { extension, properties, setExtension, setProperty } from '../model/extensions.js';
import { FeelField } from '../feel/feel_field.js';
import { canChangeLane, lanesAround, moveToLane } from '../steps/lanes.js';
import { nameOf } from '../model/kinds.js';
import { html, useState } from '../ui.js';
import { CheckboxGroup, RadioGroup, SelectField, TextField } from './fields.js';
import { Section } from './section.js';

/** Who does it: the lane it stands in, or for a task roles of its own, an organisation, or a formula. */
export function Who({ studio, modeler, element, bo }) {
  const task = is(bo, 'bpmn:UserTask');
  const lanes = canChangeLane(element) ? lanesAround(modeler, element) : [];
  if (!lanes.length && !task) {
    return null;
  }
  return html`
    <${Section} title="Wie">
      ${lanes.length > 0 && html`<${LaneChoice} modeler=${modeler} element=${element} bo=${bo} lanes=${lanes} />`}
      ${task && html`<${Groups} studio=${studio} modeler=${modeler} element=${element} bo=${bo} />`}
      ${task && html`<${FourEyes} modeler=${modeler} element=${element} bo=${bo} />`}
    </${Section}>
  `;
}

function LaneChoice({ modeler, element, bo, lanes }) {
  const now = laneOf(bo);
  const options = lanes.map((one) => ({ value: one.id, label: one.businessObject.name || 'Baan zonder naam' }));
  const move = (id) => moveToLane(modeler, element, lanes.find((one) => one.id === id));
  return html`<${SelectField} id="studio-baan" label="Baan" value=${now?.id} options=${options} onChange=${move} />`;
}

function Groups({ studio, modeler, element, bo }) {
  const assigned = extension(bo, 'zeebe:AssignmentDefinition');
  const groups = assigned?.candidateGroups || '';
  const [chosen, choose] = useState('');
  const kind = chosen || kindOf(groups);
  const lane = laneOf(bo)?.name;
  const write = (text) => {
    const rest = assigned?.assignee || assigned?.candidateUsers;
    setExtension(modeler, element, 'zeebe:AssignmentDefinition', text || rest ? { candidateGroups: text || undefined } : null);
  };
  const change = (next) => {
    choose(next);
    if (next === 'baan') {
      write('');
    }
  };
  const roles = studio.knowledge.all.roles;
  const options = [
    { value: 'baan', label: lane ? `Wie in deze baan hoort: ${lane}` : 'Wie in de baan hoort (er is nog geen baan)' },
    { value: 'rollen', label: 'Een of meer andere rollen' },
    { value: 'organisatie', label: 'Een partnerorganisatie' },
    { value: 'formule', label: 'Hangt af van de casus (formule)' },
  ];
  return html`
    <${RadioGroup} legend="Wie doet deze taak?" value=${kind} options=${options} onChange=${change} />
    ${kind === 'rollen' &&
    html`<${CheckboxGroup} legend="Rollen" options=${roles.map((one) => ({ value: one.key, label: one.name }))}
        values=${groups.startsWith('=') ? [] : split(groups)} onChange=${(values) => write(values.join(','))} />`}
    ${kind === 'organisatie' &&
    html`<${TextField} label="Sleutel van de organisatie" hint="Zoals dji of raad-voor-de-kinderbescherming."
        value=${groups.replace(/^organisatie:/, '')} onChange=${(text) => write(text.trim() && `organisatie:${text.trim()}`)} />`}
    ${kind === 'formule' &&
    html`<${FeelField} label="Groepen" value=${groups} onChange=${write} variables=${studio.knowledge.before(bo)}
        functions=${studio.knowledge.all.functions} hint='Geeft een rol, of "organisatie:" met een sleutel.' />`}
  `;
}

/** The property of a task that names the step whose doers may not do it. */
const NOT_BY = 'niet_door';

function FourEyes({ modeler, element, bo }) {
  const tasks = modeler.get('elementRegistry').filter((one) => one !== element && one.type === 'bpmn:UserTask');
  const now = properties(bo)[NOT_BY] || '';
  const known = tasks.some((one) => one.id === now);
  const options = [
    { value: '', label: 'Maakt niet uit' },
    ...tasks.map((one) => ({ value: one.id, label: nameOf(one.businessObject) })),
    ...(now && !known ? [{ value: now, label: now }] : []),
  ];
  return html`<${SelectField} id="studio-vier-ogen" label="Niet door wie deze stap deed" value=${now} options=${options}
    hint="Vier ogen: wie die stap in dezelfde casus deed, kan deze taak niet doen."
    onChange=${(id) => setProperty(modeler, element, NOT_BY, id)} />`;
}

function split(groups) {
  return groups.split(',').map((one) => one.trim()).filter(Boolean);
}

function kindOf(groups) {
  if (!groups) {
    return 'baan';
  }
  if (groups.startsWith('=')) {
    return 'formule';
  }
  return groups.startsWith('organisatie:') ? 'organisatie' : 'rollen';
}
