/** Asks which block and what it needs, and puts it down. */
import { freeId } from '../model/bpmn.js';
import { nameOf } from '../model/kinds.js';
import { NumberField, SelectField, TextField } from '../panel/fields.js';
import { makeForm } from '../panel/form.js';
import { Button, ask, html, useState } from '../ui.js';
import { askPartners, controlQuestions, fourEyes, withReminder } from './blocks.js';
import { insertBlock } from './insert.js';

const BLOCKS = {
  herinnering: ['Taak met herinnering', 'Een taak; wie haar kan doen wordt na een paar werkdagen herinnerd.'],
  partners: ['Vraag aan meerdere partners', 'Elke organisatie uit een lijst krijgt een eigen taak, met een herinnering. Wie niet antwoordt, houdt de casus niet op.'],
  vier_ogen: ['Vier-ogen-besluit', 'De een stelt voor, iemand met een andere rol is akkoord of stuurt het terug.'],
};

/** @param {any} studio @param {any} element the step that it comes after */
export async function addBlock(studio, element) {
  const chosen = await ask(studio.root, {
    title: `Blok toevoegen na ${nameOf(element.businessObject)}`,
    body: (close) => html`<${BlockDialog} studio=${studio} bo=${element.businessObject} close=${close} />`,
  });
  if (!chosen) {
    return;
  }
  const id = freeId(studio.modeler, chosen.name, 'taak');
  const block = await drawingOf(studio, id, chosen);
  if (block) {
    const made = insertBlock(studio.modeler, element, block);
    studio.select(made.id, { show: true });
    studio.focusList();
    studio.say(`${BLOCKS[chosen.block][0]} is toegevoegd.`);
  }
}

async function drawingOf(studio, id, { block, name, form, days, list, role }) {
  if (block === 'herinnering') {
    return withReminder({ id, name, form, days });
  }
  if (block === 'partners') {
    return askPartners({ id, name, form, days, list: `=${list}` });
  }
  const controlVariable = `${id}_akkoord`;
  const controlForm = await makeForm(studio, `${id}_controle`, `${name} controleren`, controlQuestions(controlVariable));
  return controlForm && fourEyes({ id, name, form, role, controlForm, controlVariable: controlVariable });
}

function BlockDialog({ studio, bo, close }) {
  const { forms, roles } = studio.knowledge.all;
  const lists = studio.knowledge.before(bo).filter((one) => one.type === 'list');
  const [state, setState] = useState({ block: 'herinnering', name: '', form: '', days: 3, list: lists[0]?.name || '', role: roles[0]?.key || '' });
  const [wrong, setWrong] = useState('');
  const set = (change) => setState((now) => ({ ...now, ...change }));
  const formOptions = [{ value: '', label: 'Later kiezen' }, ...forms.map((one) => ({ value: one.id, label: one.name === one.id ? one.id : `${one.name} (${one.id})` }))];
  const send = (event) => {
    event.preventDefault();
    const name = event.currentTarget.querySelector('#studio-bloknaam').value.trim();
    const missing = !name ? 'Geef de taak een naam.' : state.block === 'partners' && !state.list ? 'Kies een lijst met organisaties.' : '';
    setWrong(missing);
    if (!missing) {
      close({ ...state, name });
    }
  };
  return html`
    <form onSubmit=${send}>
      <${SelectField} label="Welk blok?" value=${state.block} onChange=${(block) => set({ block, days: block === 'partners' ? 5 : 3 })} hint=${BLOCKS[state.block][1]}
        options=${Object.entries(BLOCKS).map(([value, [label]]) => ({ value, label }))} />
      <${TextField} id="studio-bloknaam" label="Naam van de taak" value=${state.name} onChange=${(name) => set({ name })} problem=${wrong} />
      <${SelectField} label="Formulier" value=${state.form} options=${formOptions} onChange=${(form) => set({ form })} />
      ${state.block !== 'vier_ogen' && html`<${NumberField} key=${state.block} label=${state.block === 'partners' ? 'Termijn in werkdagen' : 'Herinneren na werkdagen'} value=${state.days} onChange=${(days) => set({ days })} />`}
      ${state.block === 'partners' && html`<${SelectField} label="Lijst met organisaties" value=${state.list} onChange=${(list) => set({ list })}
        hint="Elk onderdeel heeft een veld organisatie."
        options=${lists.length ? lists.map((one) => ({ value: one.name, label: `${one.name} (${one.from})` })) : [{ value: '', label: 'Er is voor deze stap geen lijst bekend' }]} />`}
      ${state.block === 'vier_ogen' && html`<${SelectField} label="Wie controleert" value=${state.role} onChange=${(role) => set({ role })} hint="Kies een andere rol dan die van de baan. Er komt een formulier bij voor het akkoord."
        options=${roles.map((one) => ({ value: one.key, label: one.name }))} />`}
      <div class="cr-knoppen">
        <button class="cr-knop cr-knop--hoofd">Toevoegen</button>
        <${Button} kind="stil" onClick=${() => close(null)}>Annuleren</${Button}>
      </div>
    </form>
  `;
}
