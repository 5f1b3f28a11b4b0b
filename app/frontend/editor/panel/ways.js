import { chooses, nameOf } from '../model/kinds.js';
import { TESTS, fromFeel, readCondition, toFeel, writeCondition } from '../model/conditions.js';
import { wayTelling, waysOf } from '../model/outline.js';
import { FeelField } from '../feel/feel_field.js';
import { html, useState } from '../ui.js';
import { Checkbox, SelectField, TextField } from './fields.js';
import { Section } from './section.js';

/** The arrows out of a gateway that chooses, each to open. */
export function Ways({ studio, bo }) {
  const flows = waysOf(bo);
  if (!flows.length) {
    return html`<${Section} title="Wegen"><p class="cr-zacht">Een keuze heeft twee of meer wegen nodig. Voeg een stap toe na deze keuze.</p></${Section}>`;
  }
  return html`
    <${Section} title="Wegen">
      <ul class="cr-wegen">
        ${flows.map((flow) => html`
          <li key=${flow.id}><button type="button" class="cr-alslink" onClick=${() => studio.select(flow.id)}>naar ${nameOf(flow.targetRef)}</button>: ${wayTelling(flow)}</li>
        `)}
      </ul>
    </${Section}>
  `;
}

/** One arrow: its text and, out of a choice, when it is taken. */
export function Arrow(props) {
  const { modeler, element, bo } = props;
  const write = (name) => modeler.get('modeling').updateProperties(element, { name: name || undefined });
  const source = bo.sourceRef;
  return html`
    <p>Van <strong>${nameOf(source)}</strong> naar <strong>${nameOf(bo.targetRef)}</strong></p>
    ${chooses(source) && source.outgoing.length > 1 && html`<${Condition} ...${props} />`}
    <${Section} title="Tekst bij de pijl">
      <${TextField} label="Tekst" value=${bo.name} onChange=${write} hint="Mag leeg zijn." />
    </${Section}>
  `;
}

function Condition({ studio, modeler, element, bo }) {
  const modeling = modeler.get('modeling');
  const body = bo.conditionExpression?.body || '';
  const standard = bo.sourceRef.default === bo;
  const variables = studio.knowledge.before(bo);
  const write = (text) => {
    const made = text ? modeler.get('bpmnFactory').create('bpmn:FormalExpression', { body: text }) : undefined;
    modeling.updateProperties(element, { conditionExpression: made });
  };
  const otherwise = (on) => modeling.updateProperties(element.source, { default: on ? bo : undefined });
  return html`
    <${Section} title="Voorwaarde">
      <${Checkbox} label="Anders: deze weg als geen andere geldt" checked=${standard} onChange=${otherwise} />
      ${!standard && html`
        <${Simple} body=${body} variables=${variables} write=${write} />
        <${FeelField} label="Voorwaarde als formule" value=${body} onChange=${write} variables=${variables} functions=${studio.knowledge.all.functions} />
      `}
    </${Section}>
  `;
}

/** "als besluit is ja", in three choices. What is more than that stands only in the formula below it. */
function Simple({ body, variables, write }) {
  const said = readCondition(body);
  const [began, begin] = useState({ variable: '', test: 'is' });
  const { variable, test } = said || began;
  const known = variables.find((one) => one.name === variable);
  const change = (next) => {
    const all = { variable, test, typed: said ? fromFeel(said.value) : '', ...next };
    const type = variables.find((one) => one.name === all.variable)?.type;
    begin({ variable: all.variable, test: all.test });
    if (all.variable && all.typed !== '') {
      write(writeCondition({ variable: all.variable, test: all.test, value: toFeel(all.typed, type) }));
    }
  };
  const names = variables.map((one) => ({ value: one.name, label: one.from ? `${one.name} (${one.from})` : one.name }));
  const values = known?.values || (known?.type === 'boolean' ? YES_NO : null);
  return html`
    <p class="cr-veld__uitleg">Kies hier één vergelijking. Zegt de formule eronder al meer, dan komt uw keuze daarvoor in de plaats.</p>
    <${SelectField} id="studio-gegeven" label="Als" value=${variable} options=${[{ value: '', label: 'Kies een gegeven' }, ...names]}
      onChange=${(name) => change({ variable: name, test: typeTest(variables, name, test), typed: '' })} />
    <${SelectField} label="Vergelijking" value=${test} options=${Object.entries(TESTS).map(([value, label]) => ({ value, label }))}
      onChange=${(next) => change({ test: next })} />
    ${values
      ? html`<${SelectField} id="studio-waarde" label="Waarde" value=${said ? fromFeel(said.value) : ''} options=${[{ value: '', label: 'Kies een waarde' }, ...values]} onChange=${(typed) => change({ typed })} />`
      : html`<${TextField} id="studio-waarde" label="Waarde" value=${said ? fromFeel(said.value) : ''} onChange=${(typed) => change({ typed })} />`}
  `;
}

const YES_NO = [{ value: 'true', label: 'ja (aangevinkt)' }, { value: 'false', label: 'nee' }];

function typeTest(variables, name, test) {
  return variables.find((one) => one.name === name)?.type === 'list' ? 'bevat' : test === 'bevat' ? 'is' : test;
}
