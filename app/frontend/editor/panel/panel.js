/** What can be said of the chosen element: first what anybody understands, the technical part folded away. */
import { businessObject, is, isAny } from '../model/bpmn.js';
import { chooses, kindName, nameOf } from '../model/kinds.js';
import { html } from '../ui.js';
import { Calls } from './calls.js';
import { Arrow, Ways } from './ways.js';
import { Connections } from './connections.js';
import { FormSection } from './form.js';
import { Help, What } from './what.js';
import { Lane } from './lane.js';
import { Moment } from './moment.js';
import { Repeat } from './repeat.js';
import { TermSection } from './term.js';
import { Who } from './who.js';

/** @param {{studio: any, element: any}} props */
export function Panel({ studio, element }) {
  const bo = businessObject(element);
  const shown = { studio, element, bo, modeler: studio.modeler, key: element.id };
  return html`
    <fieldset class="cr-eigenschappen" key=${element.id} disabled=${studio.simulating} aria-label="Eigenschappen">
      <p class="cr-eigenschappen__soort">${kindName(bo)}</p>
      ${sectionsFor(bo).map((Section) => html`<${Section} ...${shown} key=${Section.name} />`)}
    </fieldset>
  `;
}

export function panelTitle(element) {
  return nameOf(businessObject(element));
}

/** In the order in which people think of a step. */
function sectionsFor(bo) {
  if (is(bo, 'bpmn:SequenceFlow')) {
    return [Arrow];
  }
  if (is(bo, 'bpmn:Lane')) {
    return [Lane];
  }
  if (isAny(bo, ['bpmn:Association', 'bpmn:DataInputAssociation', 'bpmn:DataOutputAssociation'])) {
    return [];
  }
  const node = is(bo, 'bpmn:FlowNode');
  const repeats = isAny(bo, ['bpmn:Task', 'bpmn:CallActivity', 'bpmn:SubProcess']) && !bo.triggeredByEvent;
  return [
    What,
    (is(bo, 'bpmn:UserTask') || (is(bo, 'bpmn:StartEvent') && is(bo.$parent, 'bpmn:Process'))) && FormSection,
    node && Who,
    is(bo, 'bpmn:UserTask') && TermSection,
    isAny(bo, ['bpmn:Event', 'bpmn:ReceiveTask']) && Moment,
    Calls,
    chooses(bo) && Ways,
    repeats && Repeat,
    !is(bo, 'bpmn:TextAnnotation') && !is(bo, 'bpmn:Group') && Help,
    node && Connections,
  ].filter(Boolean);
}
