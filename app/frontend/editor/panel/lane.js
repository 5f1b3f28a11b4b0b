import { html } from '../ui.js';
import { SelectField, TextField } from './fields.js';
import { Section } from './section.js';

/** A lane bears the name of the role that does its tasks. */
export function Lane({ studio, modeler, element, bo }) {
  const roles = studio.knowledge.all.roles;
  const write = (name) => modeler.get('modeling').updateProperties(element, { name: name || undefined });
  const role = roles.find((one) => [one.name, one.key].some((text) => text.toLowerCase() === (bo.name || '').trim().toLowerCase()));
  return html`
    <${Section} title="Wie">
      <${SelectField} label="Rol van deze baan" value=${role?.name || ''} onChange=${write} hint="Taken in deze baan zijn voor deze rol."
        options=${[{ value: '', label: role || !bo.name ? 'Kies een rol' : `${bo.name} (geen rol)` }, ...roles.map((one) => ({ value: one.name, label: one.name }))]} />
      <${TextField} label="Naam van de baan" value=${bo.name} onChange=${write} />
    </${Section}>
  `;
}
