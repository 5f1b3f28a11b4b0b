import { extension } from '../model/extensions.js';
import { FeelField } from '../feel/feel_field.js';
import { together } from '../model/together.js';
import { html } from '../ui.js';
import { Checkbox, TextField } from './fields.js';
import { Section } from './section.js';

const LOOP = 'bpmn:MultiInstanceLoopCharacteristics';

/** Doing a step once for each item of a list. */
export function Repeat({ studio, modeler, element, bo }) {
  const loop = bo.loopCharacteristics?.$type === LOOP ? bo.loopCharacteristics : null;
  const said = loop && extension(loop, 'zeebe:LoopCharacteristics');
  const modeling = modeler.get('modeling');
  const factory = modeler.get('bpmnFactory');
  const toggle = (on) => {
    const made = on ? factory.create(LOOP) : undefined;
    if (made) {
      const inside = factory.create('zeebe:LoopCharacteristics', { inputElement: 'onderdeel' });
      made.extensionElements = factory.create('bpmn:ExtensionElements', { values: [inside] });
      made.extensionElements.$parent = made;
      inside.$parent = made.extensionElements;
    }
    modeling.updateProperties(element, { loopCharacteristics: made });
  };
  const write = (change) => together(modeler, () => {
    if (said) {
      modeling.updateModdleProperties(element, said, change);
    } else {
      const inside = factory.create('zeebe:LoopCharacteristics', change);
      const all = factory.create('bpmn:ExtensionElements', { values: [inside] });
      inside.$parent = all;
      all.$parent = loop;
      modeling.updateModdleProperties(element, loop, { extensionElements: all });
    }
  });
  const plain = (text) => text.trim() || undefined;
  const known = studio.knowledge.before(bo);
  const functions = studio.knowledge.all.functions;
  return html`
    <${Section} title="Herhalen">
      <${Checkbox} label="Doe dit voor elk onderdeel van een lijst" checked=${Boolean(loop)} onChange=${toggle} />
      ${loop && html`
        <${Checkbox} label="Na elkaar, niet tegelijk" checked=${loop.isSequential === true} onChange=${(isSequential) => modeling.updateModdleProperties(element, loop, { isSequential })} />
        <${FeelField} label="Lijst" value=${said?.inputCollection} onChange=${(text) => write({ inputCollection: plain(text) })} variables=${known} functions=${functions} />
        <${TextField} label="Naam van een onderdeel" value=${said?.inputElement} onChange=${(text) => write({ inputElement: plain(text) })} />
        <${TextField} label="Bewaar de antwoorden als lijst" value=${said?.outputCollection} onChange=${(text) => write({ outputCollection: plain(text) })} hint="Mag leeg zijn, met het volgende samen." />
        <${FeelField} label="Wat van elk onderdeel bewaard wordt" value=${said?.outputElement} onChange=${(text) => write({ outputElement: plain(text) })} variables=${known} functions=${functions} />
      `}
    </${Section}>
  `;
}
