/** The modeler with what belongs to it here: the Camunda 8 dialect, Dutch, only what we execute, our colours. */
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import ColorPickerModule from 'bpmn-js-color-picker';
import CamundaBehaviorsModule from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import MinimapModule from 'diagram-js-minimap';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';

import { togetherModule } from './model/together.js';
import { offerModule } from './offer/index.js';
import { technicalModule } from './panel/technical.js';
import { simulationModule } from './simulation.js';
import { translateModule } from './words/translate.js';

/** Colours as custom properties, so that light and dark need no second drawing. */
export const COLOURS = {
  defaultFillColor: 'var(--cr-diagram-vlak)',
  defaultStrokeColor: 'var(--cr-diagram-lijn)',
  defaultLabelColor: 'var(--cr-diagram-tekst)',
};

const OWN = ['bioc:fill', 'bioc:stroke', 'color:background-color', 'color:border-color'];

/** @param {HTMLElement} container */
export function createModeler(container) {
  const modeler = new Modeler({
    container,
    canvas: { autoFocus: false },
    bpmnRenderer: COLOURS,
    textRenderer: {
      defaultStyle: { fontFamily: getComputedStyle(container).fontFamily, fontSize: 12 },
      externalStyle: { fontSize: 12 },
    },
    moddleExtensions: { zeebe },
    // A selection by script within the usual delay would leave the panel at the element before it.
    propertiesPanel: { debounceInput: false, feelPopupContainer: container.closest('.cr-studio') },
    additionalModules: [
      translateModule,
      togetherModule,
      CamundaBehaviorsModule,
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ZeebePropertiesProviderModule,
      ColorPickerModule,
      MinimapModule,
      simulationModule,
      offerModule,
      technicalModule,
    ],
  });
  describe(container);
  return modeler;
}

/** Colours that an author chose are chosen for white paper: such a drawing stays light in the dark. */
export function hasOwnColours(modeler) {
  return modeler.get('elementRegistry').filter(({ di }) => OWN.some((name) => di?.get?.(name))).length > 0;
}

function describe(container) {
  const svg = container.querySelector('.djs-container > svg');
  svg.setAttribute('role', 'application');
  svg.setAttribute('aria-label', 'Tekening van het proces. De stappenlijst zegt hetzelfde en werkt met het toetsenbord.');
  container.querySelector('.bjs-powered-by').setAttribute('aria-label', 'bpmn.io, de maker van dit diagramscherm');
}
