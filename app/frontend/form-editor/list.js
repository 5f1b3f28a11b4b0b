/** The list of parts: choose one, move it, copy it, take it away. All of it by keyboard. */
import { make, redraw } from './dom.js';
import { kindName, partName } from './kinds.js';
import { walk } from './model.js';

/**
 * @param {HTMLElement} element
 * @param {{ choose: (id: string) => void, move: (id: string, step: -1 | 1) => void,
 *           duplicate: (id: string) => void, remove: (id: string) => void }} acts
 */
export function createList(element, acts) {
  /** @param {{ form: object, chosen: string, problems: Map<string, string[]> }} state */
  return function draw({ form, chosen, problems }) {
    const lines = [...walk(form.components)].map(({ part, parents }) => {
      const wrong = problems.get(part.key) || problems.get(part.id) || problems.get(part.path) || [];
      return line(part, parents.length, part.id === chosen, wrong, acts);
    });
    redraw(element, ...(lines.length ? lines : [make('li', { class: 'cr-leeg', text: 'Nog geen vragen.' })]));
  };
}

function line(part, depth, chosen, wrong, acts) {
  const name = partName(part);
  const choose = make(
    'button',
    {
      type: 'button', id: `deel-${part.id}`, class: 'cr-deel__kies', 'aria-pressed': String(chosen),
      onclick: () => acts.choose(part.id),
      onkeydown: (event) => keys(event, part.id, acts),
    },
    make('span', { class: 'cr-deel__naam', text: name }),
    make('span', { class: 'cr-deel__soort', text: `${kindName(part.type)}${part.validate?.required ? ', verplicht' : ''}${part.conditional?.hide ? ', met voorwaarde' : ''}` }),
    wrong.length ? make('span', { class: 'cr-deel__fout', text: `! ${wrong.join(' ')}` }) : null,
  );
  const buttons = chosen
    ? make(
        'span', { class: 'cr-deel__doen' },
        small('↑', `Omhoog: ${name}`, `op-${part.id}`, () => acts.move(part.id, -1)),
        small('↓', `Omlaag: ${name}`, `neer-${part.id}`, () => acts.move(part.id, 1)),
        small('Kopie', `Kopie: ${name}`, `kopie-${part.id}`, () => acts.duplicate(part.id)),
        small('Weg', `Weg: ${name}`, `weg-${part.id}`, () => acts.remove(part.id)),
      )
    : null;
  return make('li', { class: `cr-deel cr-deel--diep${Math.min(depth, 3)}${chosen ? ' cr-deel--gekozen' : ''}` }, choose, buttons);
}

function small(text, label, id, work) {
  return make('button', { type: 'button', id, class: 'cr-knop cr-knop--klein', 'aria-label': label, title: label, text, onclick: work });
}

function keys(event, id, acts) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step && event.altKey) {
    event.preventDefault();
    acts.move(id, step);
  } else if (event.key === 'Delete') {
    event.preventDefault();
    acts.remove(id);
  }
}
