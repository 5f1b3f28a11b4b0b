/**
 * Draws every `.cr-diagram` on the page beside its list of steps. The list is complete by itself:
 * whatever fails here, the page still says everything.
 *
 * Attributes of the element:
 *   data-bron        address of the BPMN file
 *   data-proces      id of the process in that file; without it the first diagram of the file
 *   data-naam        name of the diagram
 *   data-standen     {element id: Stand}, see diagram/badges.js
 *   data-geweest     {element id: words}, where one case has been; event `toestand` gives both anew
 *   data-verversen   address that answers with fresh numbers; read only while the page can be seen
 *   data-midden      id of the element to start at, large enough to read
 */
import { showPassed, showStandings } from './diagram/badges.js';
import { addControls, showAll, showElement } from './diagram/controls.js';
import { linkSelection } from './diagram/selection.js';
import { keepFresh, writeList } from './diagram/refresh.js';
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
  showPassed(viewer, JSON.parse(element.dataset.geweest || '{}'));
  addControls(viewer, block);
  linkSelection(viewer, block);
  start(viewer, element);
  element.dataset.klaar = '';
  keepFresh(element, (standings) => showStandings(viewer, standings));
  element.addEventListener('toestand', ({ detail }) => {
    showStandings(viewer, detail.standen);
    showPassed(viewer, detail.geweest);
    writeList(block, detail.standen, detail.geweest);
  });
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

function drawOrApologise(element) {
  draw(element).catch((error) => {
    apologise(element);
    console.warn(error);
  });
}

document.querySelectorAll('.cr-diagram[data-bron]').forEach(drawOrApologise);
// A script of the page put another diagram in its place.
document.addEventListener('teken', ({ target }) => drawOrApologise(target));
