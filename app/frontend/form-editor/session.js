/**
 * One file of a draft that is open in an editor of text: loading, saving by itself, who else is there, and the
 * checks. The same parts as the diagram editor has.
 */
import { createChecking } from '../editor/problems/checking.js';
import { chooseVersion } from '../editor/saving/conflict.js';
import { createLocalCopy } from '../editor/saving/local_copy.js';
import { keepPresent } from '../editor/saving/presence.js';
import { createSaving } from '../editor/saving/saving.js';
import { createServer } from '../editor/server.js';
import { make } from './dom.js';

const STANDS = { bewaard: 'Alles is bewaard.', bezig: 'Bewaren…', wacht: 'Nog niet bewaard…' };

/**
 * @param {HTMLElement} root with the addresses as data-…
 * @param {object} editor
 * @param {() => string | Promise<string>} editor.content what is there now
 * @param {(text: string) => void | Promise<void>} editor.replace show other text, as one change
 * @param {(problems: object[]) => void} editor.problems
 */
export function openFile(root, editor) {
  const part = (name) => root.querySelector(`[data-deel="${name}"]`);
  const server = createServer(root);
  const copy = createLocalCopy(root.dataset.bestand);
  const content = async () => editor.content();
  const told = ({ stand, text }) => {
    part('stand').textContent = text || STANDS[stand] || '';
    part('stand').classList.toggle('cr-studio__stand--niet', !['bewaard', 'bezig', 'wacht'].includes(stand));
  };
  const saving = createSaving({
    server, copy, content, told,
    replace: async (text) => editor.replace(text),
    choose: (answer) => chooseVersion({ root }, answer),
  });
  const checking = createChecking({
    server, content,
    told: ({ problems, failed }) => {
      if (problems) editor.problems(problems);
      showProblems(part('problemen'), problems || [], failed, root.dataset.naam);
    },
  });

  return {
    /** @param {(text: string) => void | Promise<void>} show */
    async begin(show) {
      const { content: text, revision } = await server.load();
      const left = copy.found();
      const unsaved = left && left.content !== text;
      await show(unsaved ? left.content : text);
      saving.begin(text, unsaved ? left.revision : revision);
      if (unsaved) {
        part('stand').textContent = 'Wat u de vorige keer niet kon bewaren staat er weer.';
        await saving.changed();
      } else {
        copy.drop();
      }
      keepPresent(server, (others) => {
        part('anderen').textContent = others.length ? `Ook bezig: ${others.join(', ')}` : '';
      });
      await checking.now();
    },

    /** Somebody changed something. */
    changed() {
      saving.changed();
      checking.later();
    },

    /** Ask the server at an address of this page. */
    async ask(address, body) {
      const answer = await fetch(address, {
        method: 'POST',
        credentials: 'same-origin',
        headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': root.dataset.csrf },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    },
  };
}

function showProblems(element, problems, failed, name) {
  if (failed || !problems.length) {
    element.replaceChildren(make('p', { class: failed ? '' : 'cr-zacht', text: failed || 'Er is niets mis.' }));
    return;
  }
  const lines = [...problems].sort((one, other) => weight(one) - weight(other)).map((one) =>
    make(
      'li', { class: `cr-probleem cr-probleem--${one.severity === 'error' ? 'fout' : 'let-op'}` },
      make('strong', { text: one.severity === 'error' ? '✕ Fout ' : '! Let op ' }),
      one.file === name ? null : make('span', { class: 'cr-zacht', text: `${one.file}: ` }),
      make('span', { text: one.element ? `${one.element}: ${one.message}` : one.message }),
    ),
  );
  element.replaceChildren(make('ul', { class: 'cr-problemen' }, ...lines));
}

const weight = (problem) => (problem.severity === 'error' ? 0 : 1);
