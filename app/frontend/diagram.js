/**
 * Draws every `.cr-diagram` on the page beside its list of steps. The list is complete by itself:
 * whatever fails here, the page still says everything.
 *
 * Attributes of the element:
 *   data-bron        address of the BPMN file
 *   data-proces      id of the process in that file; without it the first diagram of the file
 *   data-naam        name of the diagram
 *   data-standen     {element id: Stand}, see diagram/badges.js
 *   data-verversen   address that answers with fresh numbers; read only while the page can be seen
 *   data-midden      id of the element to start at, large enough to read
 */
import { showStandings } from './diagram/badges.js';
import { addControls, showAll, showElement } from './diagram/controls.js';
import { linkSelection } from './diagram/selection.js';
import { keepFresh } from './diagram/refresh.js';
import { createViewer, openDiagram } from './diagram/viewer.js';

/** @param {HTMLElement} element */
async function draw(element) {
  const block = element.closest('.cr-diagramblok');
  const answer = await fetch(element.dataset.bron, { credentials: 'same-origin' });
  if (!answer.ok) {
    throw new Error(`${element.dataset.bron}: ${answer.status}`);
  }
  element.classList.add('cr-diagram--aan');
  const viewer = createViewer(element);
  await openDiagram(viewer, await answer.text(), element);

  showStandings(viewer, JSON.parse(element.dataset.standen || '{}'));
  addControls(viewer, block);
  linkSelection(viewer, block);
  start(viewer, element);
  element.dataset.klaar = '';
  keepFresh(element, (standings) => showStandings(viewer, standings));
}

function start(viewer, element) {
  const middle = element.dataset.midden;
  if (!middle || !showElement(viewer, middle, { select: true })) {
    showAll(viewer);
  }
}

/** @param {HTMLElement} element */
function apologise(element) {
  element.classList.remove('cr-diagram--aan');
  const message = document.createElement('p');
  message.className = 'cr-diagram__fout';
  message.textContent = 'Het diagram kan niet worden getoond. De stappenlijst hieronder zegt hetzelfde.';
  element.replaceChildren(message);
}

for (const element of document.querySelectorAll('.cr-diagram[data-bron]')) {
  draw(element).catch((error) => {
    apologise(element);
    console.warn(error);
  });
}
