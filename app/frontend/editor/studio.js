/** Puts the parts of the editor together. */
import { addBlock } from './blocks/dialog.js';
import { exportAs } from './export/export.js';
import { createHistory } from './history.js';
import { createKnowledge } from './knowledge.js';
import { KINDS } from './model/kinds.js';
import { createModeler, hasOwnColours } from './modeler.js';
import { Panel, panelTitle } from './panel/panel.js';
import { createChecking } from './problems/checking.js';
import { ProblemList } from './problems/list.js';
import { createMarks } from './problems/marks.js';
import { PlayerBar, createPlayer } from './problems/player.js';
import { chooseVersion } from './saving/conflict.js';
import { createLocalCopy } from './saving/local_copy.js';
import { keepPresent } from './saving/presence.js';
import { createSaving } from './saving/saving.js';
import { createServer } from './server.js';
import { bindKeys } from './shortcuts.js';
import { SIMULATION_EVENT, toggleSimulation } from './simulation.js';
import { createActions } from './steps/actions.js';
import { StepList } from './steps/list.js';
import { Toolbar } from './toolbar.js';
import { Button, html, render } from './ui.js';
import { createView } from './view.js';
import { unknown } from './words/translate.js';

/** @param {HTMLElement} root */
export async function openStudio(root) {
  const part = (name) => root.querySelector(`[data-deel="${name}"]`);
  const server = createServer(root);
  const modeler = createModeler(part('tekening'));
  const mark = createMarks(modeler);
  const redraw = coalesced(() => draw());
  const content = async () => {
    const { xml } = await modeler.saveXML({ format: true });
    studio.history.note(xml);
    return xml;
  };

  // What comes in before the file is there, waits for it.
  let opened = false;
  let checked = { problems: [], complete: true, failed: '', at: null };
  let saved = { stand: 'bewaard', text: '' };
  let others = [];

  const studio = {
    root,
    modeler,
    server,
    name: root.dataset.naam,
    knowledge: createKnowledge(server, redraw),
    history: createHistory(modeler, () => changed()),
    redraw,
    drawNow: () => draw(),
    simulating: false,
    /** Rises with every change of the model. */
    version: 0,
    ...createView(modeler, part, redraw),
    /** Tell who listens, without moving the focus. */
    say: (text) => {
      part('melding').textContent = text;
    },
    formPreview: (id) => root.dataset.voorbeeld.replace('FORMULIER', encodeURIComponent(id)),
    formEditor: (form) => root.dataset.formulier?.replace('NAAM.form', encodeURIComponent(form.file)),
    pools: () => modeler.get('elementRegistry').filter((one) => one.type === 'bpmn:Participant'),
    blocks: (element) => addBlock(studio, element),
    exportAs: (kind) => exportAs(modeler, studio.name.replace(/\.bpmn$/, ''), kind),
    simulate: () => toggleSimulation(modeler),
    play: (problem) => studio.player.show(problem),
    async repair({ element, repair }) {
      try {
        await studio.history.replace(await server.repair(await content(), element, repair.id));
        studio.say(`Hersteld: ${repair.label}. Ongedaan maken kan met Ctrl+Z.`);
      } catch (error) {
        studio.say(error.message || 'Herstellen is niet gelukt.');
      }
    },
  };
  studio.actions = createActions(studio);
  studio.player = createPlayer(studio);

  const copy = createLocalCopy(root.dataset.bestand);
  const saving = createSaving({
    server,
    copy,
    content,
    replace: (xml) => studio.history.replace(xml),
    absorb: (xml) => studio.history.absorb(xml),
    choose: (answer) => chooseVersion(studio, answer),
    told: (state) => {
      const before = saved.stand;
      saved = state;
      if (state.stand === 'bewaard' && before === 'bezig') {
        studio.knowledge.later();
      }
      redraw();
    },
  });
  studio.saving = saving;
  const checking = createChecking({
    server,
    content,
    told: (state) => {
      checked = { ...checked, ...state, at: new Date() };
      redraw();
    },
  });

  function changed() {
    saving.changed();
    checking.later();
    redraw();
  }

  function byElement() {
    const found = new Map();
    for (const one of checked.problems.filter((problem) => problem.file === studio.name && problem.element)) {
      found.set(one.element, [...(found.get(one.element) || []), one]);
    }
    return found;
  }

  function draw() {
    if (!opened) {
      return;
    }
    const chosen = modeler.get('selection').get().at(-1);
    const problems = byElement();
    const element = chosen?.labelTarget || chosen || studio.pools()[0] || modeler.get('canvas').getRootElement();
    mark(problems);
    render(html`<${StepList} studio=${studio} chosen=${chosen} problems=${problems} />`, part('stappen'));
    part('eigenschappenkop').textContent = panelTitle(element);
    render(html`<${Panel} studio=${studio} element=${element} key=${element.id} />`, part('eigenschappen'));
    render(html`<${ProblemList} studio=${studio} checked=${checked} />`, part('problemen'));
    render(html`<${PlayerBar} studio=${studio} player=${studio.player} />`, part('speler'));
    render(html`<${Toolbar} studio=${studio} />`, part('balk'));
    showStand(part('stand'), saved);
    render(html`<${Again} stand=${saved.stand} saving=${saving} />`, part('nogmaals'));
    part('aanwezig').textContent = others.length ? `Ook bezig: ${others.join(', ')}` : '';
  }

  const knowing = studio.knowledge.refresh();
  const file = await server.load();
  const found = copy.found();
  await studio.history.begin(file.content);
  opened = true;
  saving.begin(await content(), file.revision);
  foldTechnical(modeler, part('technisch'));
  studio.fit();

  modeler.on(['commandStack.changed', 'import.done'], () => {
    studio.version += 1;
    part('tekening').classList.toggle('cr-diagram--papier', hasOwnColours(modeler));
    redraw();
  });
  modeler.on('commandStack.changed', ({ trigger }) => trigger !== 'clear' && changed());
  modeler.on('selection.changed', redraw);
  modeler.on(SIMULATION_EVENT, ({ active }) => {
    studio.simulating = active;
    root.classList.toggle('cr-studio--simulatie', active);
    if (active) {
      studio.showStart();
      studio.say('De simulatie is aan. Druk op de pijl bij het begin; zo loopt een casus door het diagram.');
    }
    redraw();
  });
  bindKeys(root, {
    undo: () => studio.history.undo(),
    redo: () => studio.history.redo(),
    save: () => saving.now(),
    naar1: () => studio.focusList(),
    naar2: () => modeler.get('canvas').focus(),
    naar3: () => studio.focusPanel(),
    naar4: () => part('problemen').focus(),
  });
  keepPresent(server, (names) => {
    others = names;
    redraw();
    if (names.length && !isBusy(root, modeler)) {
      saving.pull().catch(() => undefined);
    }
  });
  if (found && found.content !== (await content())) {
    await restore(studio, saving, found);
  } else {
    copy.drop();
  }
  checking.now();
  await knowing;
  draw();
  goToPlace(studio);
  root.dataset.klaar = '';
  root.editor = { modeler, studio, unknown, kinds: KINDS };
}

/** The technical part is made only while it is open: it draws itself again with every change. */
function foldTechnical(modeler, place) {
  const panel = modeler.get('propertiesPanel');
  place.closest('details').addEventListener('toggle', ({ target }) => {
    if (target.open) {
      panel.attachTo(place);
    } else {
      panel.detach();
    }
  });
}

/** Whether somebody is in the middle of something that a new drawing would take from under their hands. */
function isBusy(root, modeler) {
  const typing = document.activeElement?.matches('input, textarea, [contenteditable="true"]');
  const acting = modeler.get('dragging').context() || modeler.get('directEditing').isActive() || modeler.get('popupMenu').isOpen();
  return Boolean(typing || acting || root.querySelector('dialog[open]'));
}

/** An address that ends in #intake opens at that step. */
function goToPlace(studio) {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id && studio.shape(id)) {
    studio.select(id, { show: true });
  }
}

/** Work that this browser kept because the server did not get it. Its revision lets the server merge it. */
async function restore(studio, saving, { content, revision }) {
  saving.begin('', revision);
  await studio.history.replace(content);
  studio.say('Uw werk van de vorige keer was nog niet bewaard. Het staat er weer en wordt nu bewaard.');
}

const AGAIN = { conflict: 'Nu kiezen', weg: 'Opnieuw proberen', uitgelogd: 'Opnieuw proberen', geweigerd: 'Opnieuw proberen' };

/** What somebody can do themselves about work that is not saved. */
function Again({ stand, saving }) {
  return AGAIN[stand] ? html`<${Button} onClick=${() => saving.now()}>${AGAIN[stand]}</${Button}>` : null;
}

const STANDS = { bewaard: 'Bewaard', bezig: 'Bewaren…', wacht: 'Nog niet bewaard' };

function showStand(place, { stand, text, at }) {
  const time = stand === 'bewaard' && at ? ` om ${at.toLocaleTimeString('nl-NL', { hour: '2-digit', minute: '2-digit' })}` : '';
  const said = text || `${STANDS[stand] || ''}${time}`;
  if (place.textContent !== said) {
    place.textContent = said;
  }
  place.dataset.stand = stand;
}

/** Many changes at once are drawn once. */
function coalesced(run) {
  let waiting = false;
  return () => {
    if (!waiting) {
      waiting = true;
      setTimeout(() => {
        waiting = false;
        run();
      });
    }
  };
}
