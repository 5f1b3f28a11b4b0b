/**
 * Draws a process with how often each step was done and each arrow taken, beside the page that says the same
 * in words. One choice for the drawing, the sentences and the list.
 *
 * Attributes of the drawing, beside those of diagram.js:
 *   data-praktijk   a Praktijk, see praktijk/marks.js
 */
import { addControls, showAll, showElement } from './diagram/controls.js';
import { linkSelection } from './diagram/selection.js';
import { createViewer, openDiagram } from './diagram/viewer.js';
import { showPractice } from './praktijk/marks.js';
import { keepNumbersReadable } from './praktijk/numbers.js';
import { fitOnPaper } from './vergelijken/paper.js';

/** @param {HTMLElement} element */
async function draw(element) {
  const answer = await fetch(element.dataset.bron, { credentials: 'same-origin' });
  if (!answer.ok) {
    throw new Error(`${element.dataset.bron}: ${answer.status}`);
  }
  const block = element.closest('.cr-diagramblok');
  element.classList.add('cr-diagram--aan');
  const viewer = createViewer(element);
  await openDiagram(viewer, await answer.text(), element);

  const practice = JSON.parse(element.dataset.praktijk);
  showPractice(viewer, practice);
  addControls(viewer, block);
  linkSelection(viewer, block);
  linkSentences(viewer, block, element);
  showAll(viewer);
  fitOnPaper(viewer, element, {});
  keepNumbersReadable(viewer, practice);
  block.querySelector('.cr-lijnuitleg')?.removeAttribute('hidden');
  element.dataset.klaar = '';
}

/** A sentence shows the step or arrow that it is about. */
function linkSentences(viewer, block, element) {
  for (const link of block.querySelectorAll('a[data-toon]')) {
    link.addEventListener('click', (event) => {
      if (showElement(viewer, link.dataset.toon, { select: true })) {
        event.preventDefault();
        const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
        element.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
      }
    });
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

for (const element of document.querySelectorAll('.cr-diagram[data-praktijk]')) {
  draw(element).catch((error) => {
    apologise(element);
    console.warn(error);
  });
}
