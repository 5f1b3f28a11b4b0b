import { is } from '../model/bpmn.js';
import { canGoOn, nameOf } from '../model/kinds.js';
import { Button, html } from '../ui.js';
import { Section } from './section.js';

/** Where the arrows of a step lead, to follow, make and take away without drawing. */
export function Connections({ studio, modeler, element, bo }) {
  const flows = element.outgoing.filter((one) => is(one, 'bpmn:SequenceFlow'));
  const remove = (flow) => {
    modeler.get('modeling').removeElements([flow]);
    studio.say('De pijl is weg.');
  };
  return html`
    <${Section} title="Daarna">
      ${flows.length === 0 && html`<p class="cr-zacht">Hierna komt niets.</p>`}
      <ul class="cr-wegen">
        ${flows.map((flow) => {
          const name = nameOf(flow.target.businessObject);
          return html`
            <li key=${flow.id}>
              <button type="button" class="cr-alslink" onClick=${() => studio.select(flow.target.id)}>${name}</button>
              <button type="button" class="cr-alslink" onClick=${() => studio.select(flow.id)}>pijl<span class="cr-onzichtbaar"> naar ${name}</span></button>
              <button type="button" class="cr-alslink" onClick=${() => remove(flow)}>weghalen<span class="cr-onzichtbaar"> van de pijl naar ${name}</span></button>
            </li>
          `;
        })}
      </ul>
      ${canGoOn(bo) && html`<${Button} onClick=${() => studio.actions.connect(element)}>Verbinden met een stap</${Button}>`}
    </${Section}>
  `;
}
