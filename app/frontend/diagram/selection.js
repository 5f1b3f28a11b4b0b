/**
 * One selection for the list and the diagram: choose a step in either and both show it, and the line
 * below the diagram tells about it with its links.
 */
import { showElement } from './controls.js';

const CHOSEN = 'cr-stap--gekozen';

/** @param {HTMLElement} block */
export function linkSelection(viewer, block) {
  const steps = new Map();
  for (const step of block.querySelectorAll('.cr-stap[data-element]')) {
    steps.set(step.dataset.element, step);
  }
  const telling = block.querySelector('.cr-diagramblok__keuze');

  viewer.on('selection.changed', ({ newSelection }) => {
    const shape = newSelection.at(-1);
    const id = shape && (shape.labelTarget || shape).id;
    steps.forEach((step, key) => mark(step, key === id));
    tell(telling, steps.get(id));
  });
  steps.forEach((step, id) => {
    step.querySelector('.cr-stap__naam').addEventListener('click', (event) => {
      if (showElement(viewer, id, { select: true })) {
        event.preventDefault();
        bringInSight(block.querySelector('.cr-diagram'));
      }
    });
  });
  walkWithArrows(viewer, block.querySelector('.cr-diagram'), [...steps.keys()], steps);
}

function mark(step, chosen) {
  step.classList.toggle(CHOSEN, chosen);
  const link = step.querySelector('.cr-stap__naam');
  if (chosen) {
    link.setAttribute('aria-current', 'true');
  } else {
    link.removeAttribute('aria-current');
  }
}

/** @param {HTMLElement} telling @param {HTMLElement | undefined} step */
function tell(telling, step) {
  if (!step) {
    telling.replaceChildren();
    return;
  }
  const copy = document.createElement('div');
  copy.className = 'cr-keuze';
  for (const part of step.querySelectorAll('.cr-stap__naam, .cr-stap__soort, .cr-stap__wie, .cr-stap__nu, .cr-stap__opent')) {
    copy.append(partOf(part));
  }
  telling.replaceChildren(copy);
}

/** The name is plain text here: its link leads to where the reader already is. */
function partOf(part) {
  if (!part.matches('.cr-stap__naam')) {
    return part.cloneNode(true);
  }
  const name = document.createElement('strong');
  name.textContent = part.textContent;
  return name;
}

/** Arrow keys on the diagram go from step to step, Enter goes to its list of cases or called process. */
function walkWithArrows(viewer, element, ids, steps) {
  const svg = element.querySelector('svg[tabindex]');
  svg.addEventListener('keydown', (event) => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const current = viewer.get('selection').get().at(-1);
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (move) {
      event.preventDefault();
      const known = ids.filter((id) => viewer.get('elementRegistry').get(id));
      const place = current ? known.indexOf(current.id) : -1;
      const next = place < 0 ? 0 : Math.min(Math.max(place + move, 0), known.length - 1);
      showElement(viewer, known[next], { select: true });
    } else if (event.key === 'Enter' && current) {
      steps.get(current.id)?.querySelector('.cr-stap__nu a, .cr-stap__opent')?.click();
    }
  });
}

function bringInSight(element) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
}
