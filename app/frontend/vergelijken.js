/**
 * Draws both versions of each process that is compared, with what is different marked in either, and one
 * choice for the drawings and the list. The list is complete by itself: whatever fails here, the page still
 * says everything.
 *
 * Attributes of a drawing, beside those of diagram.js:
 *   data-kant      was or nu
 *   data-tekens    {element id: Teken}, see vergelijken/marks.js
 *   data-uitleg    what is said behind the name of the drawing to who cannot see it
 */
import { addControls, showAll } from './diagram/controls.js';
import { createViewer, openDiagram } from './diagram/viewer.js';
import { linkChoice } from './vergelijken/choice.js';
import { showMarks } from './vergelijken/marks.js';
import { fitOnPaper } from './vergelijken/paper.js';

/**
 * @param {HTMLElement} element
 * @returns {Promise<import('./vergelijken/choice.js').Drawing>}
 */
async function draw(element) {
  const answer = await fetch(element.dataset.bron, { credentials: 'same-origin' });
  if (!answer.ok) {
    throw new Error(`${element.dataset.bron}: ${answer.status}`);
  }
  element.classList.add('cr-diagram--aan');
  const viewer = createViewer(element);
  await openDiagram(viewer, await answer.text(), element);

  const marks = JSON.parse(element.dataset.tekens);
  showMarks(viewer, marks);
  addControls(viewer, element.closest('.cr-diagramblok'));
  showAll(viewer);
  fitOnPaper(viewer, element, marks);
  element.dataset.klaar = '';
  return { viewer, element, side: element.dataset.kant };
}

/** @param {HTMLElement} element */
function apologise(element) {
  element.classList.remove('cr-diagram--aan');
  const message = document.createElement('p');
  message.className = 'cr-diagram__fout';
  message.textContent = 'Deze tekening kan niet worden getoond. De lijst hieronder zegt wat er anders is.';
  element.replaceChildren(message);
}

/** @param {HTMLElement} section */
async function compare(section) {
  section.querySelector('.cr-vergelijk__tekeningen').hidden = false;
  const drawings = [];
  for (const element of section.querySelectorAll('.cr-diagram[data-bron]')) {
    try {
      drawings.push(await draw(element));
    } catch (error) {
      apologise(element);
      console.warn(error);
    }
  }
  linkChoice(section, drawings);
}

for (const section of document.querySelectorAll('.cr-vergelijk:has(.cr-diagram[data-bron])')) {
  compare(section);
}
