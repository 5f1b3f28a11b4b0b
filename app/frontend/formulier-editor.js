/**
 * The page on which a form is made: its parts in a list, what can be set of the chosen one, and the form as
 * people will get it. The form is the JSON of form-js; its file stays as the tools write it.
 */
import { make } from './form-editor/dom.js';
import { History } from './form-editor/history.js';
import { KINDS } from './form-editor/kinds.js';
import { createList } from './form-editor/list.js';
import { add, duplicate, find, move, parse, remove, set, write } from './form-editor/model.js';
import { createPanel } from './form-editor/panel.js';
import { createPreview } from './form-editor/preview.js';
import { openFile } from './form-editor/session.js';

const root = document.getElementById('formuliereditor');
const part = (name) => root.querySelector(`[data-deel="${name}"]`);

let history = new History({ form: { id: '', components: [] }, chosen: '' });
let problems = new Map();

const session = openFile(root, {
  content: () => write(history.now.form),
  replace: (text) => change({ ...history.now, form: parse(text) }),
  problems: (found) => {
    problems = new Map();
    for (const one of found) {
      if (one.file === root.dataset.naam && one.element) problems.set(one.element, [...(problems.get(one.element) || []), one.message]);
    }
    draw();
  },
});
const preview = createPreview(part('voorbeeld'), (body) => session.ask(root.dataset.voorbeeld, body), part('voorbeeldstand'));
const drawList = createList(part('lijst'), {
  choose: (id) => choose(id),
  move: (id, step) => change({ form: move(history.now.form, id, step), chosen: id }),
  duplicate: (id) => changeTo(duplicate(history.now.form, id)),
  remove: (id) => takeAway(id),
});
const drawPanel = createPanel(part('paneel'), (path, value) => {
  const { form, chosen } = history.now;
  // Several at once, where one setting takes the place of another.
  const next = path === '*' ? Object.entries(value).reduce((one, [name, each]) => set(one, chosen, name, each), form) : set(form, chosen, path, value);
  change({ form: next, chosen }, `${chosen} ${path}`);
});

function change(state, what = '') {
  history.push(state, what);
  draw();
  preview.show(write(state.form));
  session.changed();
}

function changeTo({ form, id }) {
  change({ form, chosen: id });
  document.getElementById(`deel-${id}`)?.focus();
}

function choose(id) {
  history.now = { ...history.now, chosen: id };
  draw();
}

function takeAway(id) {
  const { siblings, index, parents } = find(history.now.form, id);
  const next = (siblings[index + 1] || siblings[index - 1] || parents.at(-1))?.id || '';
  change({ form: remove(history.now.form, id), chosen: next });
  (document.getElementById(`deel-${next}`) || document.getElementById('nieuw-soort')).focus();
}

function go(step) {
  const { form } = history[step]();
  draw();
  preview.show(write(form));
  session.changed();
}

function draw() {
  const { form, chosen } = history.now;
  drawList({ form, chosen, problems });
  drawPanel(find(form, chosen)?.part);
  document.getElementById('ongedaan').disabled = !history.past.length;
  document.getElementById('opnieuw').disabled = !history.future.length;
}

function button(id, text, work) {
  return make('button', { type: 'button', id, class: 'cr-knop cr-knop--klein', text, onclick: work });
}

function furnish() {
  part('knoppen').append(button('ongedaan', 'Ongedaan maken', () => go('undo')), button('opnieuw', 'Opnieuw', () => go('redo')));
  const kind = make('select', { id: 'nieuw-soort' }, ...Object.entries(KINDS).map(([value, { name }]) => make('option', { value, text: name })));
  part('nieuw').append(
    make('div', { class: 'cr-veld' }, make('label', { for: 'nieuw-soort', text: 'Toevoegen' }), kind),
    button('nieuw', 'Toevoegen na de gekozen vraag', () => changeTo(add(history.now.form, KINDS[kind.value].make(), history.now.chosen))),
  );
  part('voorbeeldknoppen').append(
    button('voorbeeld-vul', 'Voorbeeld invullen', preview.fillIn),
    button('voorbeeld-leeg', 'Leegmaken', preview.clear),
    button('voorbeeld-controleer', 'Afronden proberen', preview.check),
  );
  root.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || !['z', 'y'].includes(event.key.toLowerCase())) return;
    // Text fields undo by themselves what is typed in them.
    if (event.target.matches('input, textarea')) return;
    event.preventDefault();
    go(event.key.toLowerCase() === 'y' || event.shiftKey ? 'redo' : 'undo');
  });
}

furnish();
session
  .begin((text) => {
    const form = parse(text);
    history = new History({ form, chosen: form.components[0]?.id || '' });
    draw();
    preview.show(text);
  })
  .then(() => { root.dataset.klaar = ''; })
  .catch((error) => {
    part('melding').replaceChildren(make('p', { class: 'cr-melding cr-melding--fout', text: `Het formulier kan niet worden geopend: ${error.message}` }));
  });
