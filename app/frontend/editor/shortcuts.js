/** Keys that work everywhere on the page, and the list of all keys. */
import { html } from './ui.js';

const KEYS = [
  ['Overal', [['Ctrl + Z', 'Ongedaan maken'], ['Ctrl + Y', 'Opnieuw doen'], ['Ctrl + S', 'Nu bewaren'], ['Alt + 1', 'Naar de stappenlijst'], ['Alt + 2', 'Naar de tekening'], ['Alt + 3', 'Naar de eigenschappen'], ['Alt + 4', 'Naar de problemen']]],
  ['In de stappenlijst', [['↑ ↓', 'Vorige of volgende stap'], ['Enter', 'Naar de eigenschappen van de stap'], ['+ of Insert', 'Stap toevoegen'], ['Delete', 'Verwijderen']]],
  ['In de tekening', [['Ctrl + F', 'Zoeken'], ['Ctrl + C, Ctrl + V', 'Kopiëren en plakken'], ['Ctrl + A', 'Alles kiezen'], ['Pijlen', 'Verplaatsen wat gekozen is'], ['Ctrl + pijlen', 'De tekening verschuiven'], ['Ctrl + plus, min', 'Groter of kleiner'], ['E', 'Naam veranderen'], ['R', 'Soort veranderen'], ['Delete', 'Verwijderen'], ['H, L, S, C', 'Verschuiven, meer kiezen, ruimte maken, verbinden']]],
];

export function KeyTable() {
  return KEYS.map(([title, rows]) => html`
    <h3>${title}</h3>
    <dl class="cr-toetsen">${rows.map(([key, what]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl>
  `);
}

/** @param {HTMLElement} root @param {Record<string, () => void>} actions undo, redo, save, naar1 … naar4 */
export function bindKeys(root, actions) {
  document.addEventListener('keydown', (event) => {
    const name = nameOf(event);
    if (!name || !actions[name] || root.querySelector('dialog[open]')) {
      return;
    }
    // In a field the browser undoes what was typed there; on the canvas bpmn-js has its own keys.
    if (['undo', 'redo'].includes(name) && (isTyping(event.target) || event.target.closest('.djs-container'))) {
      return;
    }
    event.preventDefault();
    actions[name]();
  });
}

function nameOf(event) {
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    return key === 'z' ? (event.shiftKey ? 'redo' : 'undo') : { y: 'redo', s: 'save' }[key];
  }
  return event.altKey && !event.ctrlKey && /^[1-4]$/.test(key) ? `naar${key}` : undefined;
}

function isTyping(element) {
  return element.isContentEditable || /^(?:textarea|input)$/i.test(element.localName) && !['checkbox', 'radio'].includes(element.type);
}
