import { is, slug } from '../model/bpmn.js';
import { extension, setExtension } from '../model/extensions.js';
import { Refused } from '../server.js';
import { Button, ask, html } from '../ui.js';
import { SelectField, TextField } from './fields.js';
import { Section } from './section.js';

/** The form of a task, or the one that a process begins with. */
export function FormSection({ studio, modeler, element, bo }) {
  const { knowledge } = studio;
  const formId = extension(bo, 'zeebe:FormDefinition')?.formId || '';
  const task = is(bo, 'bpmn:UserTask');
  const write = (id) => setExtension(modeler, element, 'zeebe:FormDefinition', id ? { formId: id } : null);
  const options = [
    { value: '', label: task ? 'Kies een formulier' : 'Geen: het proces begint vanzelf' },
    ...knowledge.all.forms.map((one) => ({ value: one.id, label: one.name === one.id ? one.id : `${one.name} (${one.id})` })),
  ];
  const form = knowledge.form(formId);
  return html`
    <${Section} title="Formulier">
      <${SelectField} id="studio-formulier" label="Formulier" value=${formId} options=${options} onChange=${write} />
      ${form && html`<${Fields} form=${form} />`}
      <div class="cr-knoppen">
        ${form && html`<a class="cr-knop cr-knop--klein" href=${studio.formPreview(formId)} target="_blank" rel="noopener">Voorbeeld bekijken</a>`}
        ${form && studio.formEditor(form) && html`<a class="cr-knop cr-knop--klein" href=${studio.formEditor(form)} target="_blank" rel="noopener">Formulier bewerken</a>`}
        <${Button} onClick=${() => newForm(studio, bo.name).then((id) => id && write(id))}>Nieuw formulier</${Button}>
      </div>
    </${Section}>
  `;
}

function Fields({ form }) {
  const shown = form.fields.filter((one) => one.label);
  return html`
    <details class="cr-vragen">
      <summary>${shown.length} ${shown.length === 1 ? 'vraag' : 'vragen'}</summary>
      <ul>${shown.map((one) => html`<li key=${one.key}>${one.label} <code>${one.key}</code></li>`)}</ul>
    </details>
  `;
}

/**
 * Ask for a name and make an empty form of it in the draft.
 *
 * @param {object[]} components form-js components to begin with
 * @returns {Promise<string | null>} its id
 */
export async function newForm(studio, suggestion = '', components = []) {
  const name = await ask(studio.root, {
    title: 'Nieuw formulier',
    body: (close) => html`<${NameOfForm} suggestion=${suggestion} close=${close} taken=${studio.knowledge.all.forms.map((one) => one.id)} />`,
  });
  return name ? makeForm(studio, slug(name), name, components) : null;
}

/** @returns {Promise<string | null>} the id, or null when it could not be made */
export async function makeForm(studio, id, name, components) {
  try {
    await studio.server.create(`${id}.form`, JSON.stringify(emptyForm(id, name, components), null, 2) + '\n');
    await studio.knowledge.refresh();
    studio.say(`Het formulier ${id} is gemaakt.`);
    return id;
  } catch (error) {
    studio.say(error instanceof Refused ? error.message : 'Het formulier kon niet worden gemaakt: er is geen verbinding.');
    return null;
  }
}

function NameOfForm({ suggestion, close, taken }) {
  let name = suggestion;
  const send = (event) => {
    event.preventDefault();
    const field = event.currentTarget.querySelector('input');
    name = field.value.trim();
    const id = slug(name);
    const wrong = !id ? 'Geef een naam met letters.' : taken.includes(id) ? 'Dit formulier bestaat al.' : '';
    field.setCustomValidity(wrong);
    if (wrong) {
      field.reportValidity();
    } else {
      close(name);
    }
  };
  return html`
    <form onSubmit=${send} onInput=${(event) => event.target.setCustomValidity('')} novalidate>
      <${TextField} label="Naam van het formulier" value=${suggestion} onChange=${() => undefined} />
      <div class="cr-knoppen">
        <button class="cr-knop cr-knop--hoofd">Maken</button>
        <${Button} kind="stil" onClick=${() => close(null)}>Annuleren</${Button}>
      </div>
    </form>
  `;
}

function emptyForm(id, name, components) {
  const heading = { type: 'text', id: 'tekst_1', text: `**${name}**`, layout: { row: 'rij_1', columns: null } };
  return {
    id,
    type: 'default',
    schemaVersion: 19,
    exporter: { name: 'Casusroute', version: '1' },
    executionPlatform: 'Camunda Cloud',
    executionPlatformVersion: '8.6.0',
    components: [heading, ...components],
  };
}
