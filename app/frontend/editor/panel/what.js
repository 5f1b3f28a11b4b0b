import { documentationOf, is } from '../model/bpmn.js';
import { html } from '../ui.js';
import { TextField } from './fields.js';
import { Section } from './section.js';

/** The name; of a note its text, of a pool also the name of its process. */
export function What({ modeler, element, bo }) {
  const modeling = modeler.get('modeling');
  if (is(bo, 'bpmn:TextAnnotation')) {
    const write = (text) => modeling.updateProperties(element, { text });
    return html`<${Section} title="Wat"><${TextField} label="Tekst" value=${bo.text} onChange=${write} multiline /></${Section}>`;
  }
  const write = (name) => {
    modeling.updateProperties(element, { name: name || undefined });
    if (bo.processRef) {
      modeling.updateModdleProperties(element, bo.processRef, { name: name || undefined });
    }
  };
  const question = is(bo, 'bpmn:Gateway') && 'Bij een keuze: de vraag, zoals "Meer aan de hand?"';
  return html`
    <${Section} title="Wat">
      <${TextField} id="studio-naam" label="Naam" value=${bo.name} onChange=${write} hint=${question} />
    </${Section}>
  `;
}

/** What people read at their task. Of a pool it is the explanation of its process. */
export function Help({ modeler, element, bo }) {
  const described = bo.processRef || bo;
  const write = (text) => {
    const made = text.trim() ? [modeler.get('bpmnFactory').create('bpmn:Documentation', { text })] : [];
    modeler.get('modeling').updateModdleProperties(element, described, { documentation: made });
  };
  const hint = is(bo, 'bpmn:UserTask') ? 'Staat boven het formulier, voor wie de taak doet.' : undefined;
  return html`
    <${Section} title="Uitleg">
      <${TextField} label="Uitleg" value=${documentationOf(described)} onChange=${write} hint=${hint} multiline />
    </${Section}>
  `;
}
