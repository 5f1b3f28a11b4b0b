/**
 * The page on which a decision is made: dmn-js in Dutch, what is wrong shown at its rule, and a panel to try it
 * out that shows which rules hold.
 */
import DmnModeler from 'dmn-js/lib/Modeler';

import { createTrial } from './decision-editor/trial.js';
import { translateModule } from './decision-editor/words.js';
import { make } from './form-editor/dom.js';
import { openFile } from './form-editor/session.js';

const root = document.getElementById('beslissingeditor');
const part = (name) => root.querySelector(`[data-deel="${name}"]`);
const dutch = { additionalModules: [translateModule] };
const modeler = new DmnModeler({
  container: part('tabel'),
  drd: dutch,
  decisionTable: dutch,
  literalExpression: dutch,
  boxedExpression: dutch,
});

let text = '';
let held = [];
let wrong = new Map();
let showing = false;

const session = openFile(root, {
  content: () => text,
  replace: async (next) => {
    await show(next);
    trial.show(next);
  },
  problems: (found) => {
    wrong = new Map();
    for (const one of found) {
      if (one.file === root.dataset.naam && one.element) wrong.set(one.element, [...(wrong.get(one.element) || []), one.message]);
    }
    mark();
  },
});
const trial = createTrial(part('proberen'), (body) => session.ask(root.dataset.proberen, body), (ids) => {
  held = ids;
  mark();
});

async function show(next) {
  showing = true;
  try {
    const before = modeler.getActiveView()?.element.id;
    await modeler.importXML(next);
    text = next;
    const views = modeler.getViews();
    const view = views.find((one) => one.element.id === before) || views.find((one) => one.type !== 'drd') || views[0];
    if (view) await modeler.open(view);
    drawViews();
    listen();
  } finally {
    showing = false;
  }
}

/** The views of the file: its tables and calculations, and how they hang together. */
function drawViews() {
  const active = modeler.getActiveView();
  part('weergaven').replaceChildren(
    ...modeler.getViews().map((view) =>
      make('button', {
        type: 'button', class: 'cr-knop cr-knop--klein', 'aria-pressed': String(view === active),
        text: view.type === 'drd' ? 'Samenhang' : view.element.name || view.element.id,
        onclick: async () => {
          await modeler.open(view);
          drawViews();
          listen();
          mark();
        },
      }),
    ),
  );
}

const heard = new WeakSet();

function listen() {
  const viewer = modeler.getActiveViewer();
  if (!viewer || heard.has(viewer)) return;
  heard.add(viewer);
  viewer.on('commandStack.changed', changed);
}

async function changed() {
  if (showing) return;
  const { xml } = await modeler.saveXML({ format: true });
  text = xml;
  trial.show(xml);
  session.changed();
  undoable();
  // dmn-js draws a changed row again after this.
  requestAnimationFrame(mark);
}

function mark() {
  const table = part('tabel');
  for (const head of table.querySelectorAll('th.index-column:empty')) {
    head.append(make('span', { class: 'cr-onzichtbaar', text: 'Regel' }));
  }
  for (const cell of table.querySelectorAll('[data-row-id]')) {
    const id = cell.dataset.rowId;
    cell.classList.toggle('cr-regel--geldt', held.includes(id));
    cell.classList.toggle('cr-regel--fout', wrong.has(id));
    if (wrong.has(id) && cell.classList.contains('rule-index')) cell.title = wrong.get(id).join(' ');
  }
}

const stack = () => modeler.getActiveViewer()?.get('commandStack', false);

function undoable() {
  document.getElementById('ongedaan').disabled = !stack()?.canUndo();
  document.getElementById('opnieuw').disabled = !stack()?.canRedo();
}

function button(id, label, work) {
  return make('button', { type: 'button', id, class: 'cr-knop cr-knop--klein', text: label, onclick: work });
}

part('knoppen').append(
  button('ongedaan', 'Ongedaan maken', () => stack()?.undo()),
  button('opnieuw', 'Opnieuw', () => stack()?.redo()),
);
new MutationObserver(() => requestAnimationFrame(mark)).observe(part('tabel'), { childList: true, subtree: true });

session
  .begin(async (next) => {
    await show(next);
    trial.show(next);
    undoable();
  })
  .then(() => { root.dataset.klaar = ''; })
  .catch((error) => {
    part('melding').replaceChildren(make('p', { class: 'cr-melding cr-melding--fout', text: `De beslissing kan niet worden geopend: ${error.message}` }));
  });
