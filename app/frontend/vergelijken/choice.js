/**
 * One choice for the list and both drawings: choose a difference and both drawings show its step; choose a
 * step in a drawing and the list shows its differences, which are said below the drawings too.
 *
 * @typedef {object} Drawing
 * @property {any} viewer
 * @property {HTMLElement} element
 * @property {'was' | 'nu'} side  which of `data-was` and `data-nu` has the ids of this drawing
 */
import { showElement } from '../diagram/controls.js';

const CHOSEN = 'cr-verschil--gekozen';

/** @param {HTMLElement} section @param {Drawing[]} drawings */
export function linkChoice(section, drawings) {
  const items = [...section.querySelectorAll('.cr-verschil')];
  const telling = section.querySelector('.cr-vergelijk__keuze');
  let busy = false;

  /** Show what `ids` (by side) mean, in every drawing but the one where it was chosen. */
  function choose(ids, from) {
    busy = true;
    const found = items.filter((item) => drawings.some(({ side }) => ids[side] && item.dataset[side] === ids[side]));
    for (const { viewer, side } of drawings) {
      if (side !== from && !(ids[side] && showElement(viewer, ids[side], { select: true }))) {
        viewer.get('selection').select([]);
      }
    }
    items.forEach((item) => mark(item, found.includes(item)));
    say(telling, found);
    busy = false;
  }

  for (const item of items) {
    item.querySelector('.cr-verschil__zin')?.addEventListener('click', (event) => {
      const ids = { was: item.dataset.was, nu: item.dataset.nu };
      if (drawings.some(({ viewer, side }) => ids[side] && viewer.get('elementRegistry').get(ids[side]))) {
        event.preventDefault();
        choose(ids);
        bringInSight(section.querySelector('.cr-vergelijk__tekeningen'));
      }
    });
  }
  for (const { viewer, side, element } of drawings) {
    viewer.on('selection.changed', ({ newSelection }) => {
      if (!busy) {
        const shape = newSelection.at(-1);
        choose(idsOf(items, side, shape && (shape.labelTarget || shape).id), side);
      }
    });
    walkWithArrows(viewer, element, items.map((item) => item.dataset[side]).filter(Boolean));
  }
}

/** The ids in both drawings of what has this id in one: the same, unless a difference tells otherwise. */
function idsOf(items, side, id) {
  if (!id) {
    return {};
  }
  const item = items.find((one) => one.dataset[side] === id);
  return item ? { was: item.dataset.was, nu: item.dataset.nu } : { was: id, nu: id };
}

function mark(item, chosen) {
  item.classList.toggle(CHOSEN, chosen);
  const link = item.querySelector('.cr-verschil__zin');
  if (chosen && link) {
    link.setAttribute('aria-current', 'true');
    item.closest('details')?.setAttribute('open', '');
  } else {
    link?.removeAttribute('aria-current');
  }
}

/** @param {HTMLElement} telling @param {HTMLElement[]} items */
function say(telling, items) {
  telling.replaceChildren(
    ...items.map((item) => {
      const line = document.createElement('p');
      line.textContent = item.querySelector('.cr-verschil__tekst').textContent.trim();
      return line;
    }),
  );
}

/** Arrow keys on a drawing go from difference to difference. */
function walkWithArrows(viewer, element, ids) {
  element.querySelector('svg[tabindex]')?.addEventListener('keydown', (event) => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    const known = [...new Set(ids)].filter((id) => viewer.get('elementRegistry').get(id));
    const current = viewer.get('selection').get().at(-1);
    const place = current ? known.indexOf(current.id) : -1;
    const next = place < 0 ? 0 : Math.min(Math.max(place + move, 0), known.length - 1);
    if (known.length) {
      showElement(viewer, known[next], { select: true });
    }
  });
}

function bringInSight(element) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
}
