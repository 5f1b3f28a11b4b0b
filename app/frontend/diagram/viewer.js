import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { translateModule } from './words.js';

/** A viewer in our colours: custom properties, so that light and dark need no second drawing. */
export function createViewer(container) {
  const viewer = new NavigatedViewer({
    container,
    canvas: { autoFocus: false },
    bpmnRenderer: {
      defaultFillColor: 'var(--cr-diagram-vlak)',
      defaultStrokeColor: 'var(--cr-diagram-lijn)',
      defaultLabelColor: 'var(--cr-diagram-tekst)',
    },
    textRenderer: {
      defaultStyle: { fontFamily: getComputedStyle(container).fontFamily, fontSize: 12 },
      externalStyle: { fontSize: 12 },
    },
    additionalModules: [translateModule],
  });
  leaveWheelToThePage(container);
  describe(viewer, container);
  return viewer;
}

/** Import the file and show the diagram of `data-proces`. */
export async function openDiagram(viewer, xml, element) {
  const { warnings } = await viewer.importXML(xml);
  if (warnings.length) {
    console.info(`${warnings.length} opmerkingen bij het tekenen`, warnings);
  }
  const diagram = diagramOf(viewer.getDefinitions(), element.dataset.proces);
  if (diagram && diagram !== viewer.getDefinitions().diagrams[0]) {
    await viewer.open(diagram);
  }
  const coloured = viewer.get('elementRegistry').filter((shape) => ownColour(shape.di)).length > 0;
  element.classList.toggle('cr-diagram--papier', coloured);
}

/** The diagram that draws the process, by itself or as a pool of a collaboration. */
function diagramOf(definitions, processId) {
  return definitions.diagrams.find((diagram) => {
    const drawn = diagram.plane.bpmnElement;
    const pools = (drawn && drawn.participants) || [];
    return drawn && (drawn.id === processId || pools.some((pool) => pool.processRef?.id === processId));
  });
}

/** Colours that an author chose are chosen for white paper: such a drawing stays light in the dark. */
function ownColour(di) {
  const attributes = (di && di.$attrs) || {};
  return Object.keys(attributes).some((name) => /(^|:)(fill|stroke|background-color|border-color)$/.test(name));
}

/** The wheel scrolls the page; with Ctrl, or pinching, it zooms the diagram. */
function leaveWheelToThePage(container) {
  const keepAway = (event) => {
    if (!event.ctrlKey && !event.metaKey) {
      event.stopPropagation();
    }
  };
  container.addEventListener('wheel', keepAway, { capture: true, passive: true });
}

function describe(viewer, container) {
  const svg = container.querySelector('svg[data-element-id], .djs-container > svg');
  svg.setAttribute('role', 'img');
  const { naam = 'proces', uitleg = 'De stappenlijst zegt hetzelfde.' } = container.dataset;
  svg.setAttribute('aria-label', `Diagram: ${naam}. ${uitleg}`);
  const logo = container.querySelector('.bjs-powered-by');
  logo.setAttribute('aria-label', 'bpmn.io, de maker van dit diagramscherm');
}
