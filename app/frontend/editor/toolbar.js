/** The bar above the drawing. */
import { Button, ask, html } from './ui.js';
import { KeyTable } from './shortcuts.js';

const FILES = [['bpmn', 'BPMN-bestand'], ['svg', 'SVG-tekening'], ['png', 'PNG-plaatje'], ['pdf', 'PDF']];

/** @param {{studio: any}} props */
export function Toolbar({ studio }) {
  const { history } = studio;
  return html`
    <${Button} onClick=${() => history.undo()} disabled=${studio.simulating || !history.canUndo()}>Ongedaan maken</${Button}>
    <${Button} onClick=${() => history.redo()} disabled=${studio.simulating || !history.canRedo()}>Opnieuw</${Button}>
    <span class="cr-balk__groep" role="group" aria-label="Grootte van de tekening">
      <${Button} onClick=${() => studio.zoom(1)} aria-label="Groter">+</${Button}>
      <${Button} onClick=${() => studio.zoom(-1)} aria-label="Kleiner">−</${Button}>
      <${Button} onClick=${() => studio.fit()}>Passend</${Button}>
    </span>
    <${Button} onClick=${() => studio.find()}>Zoeken</${Button}>
    <${Button} onClick=${() => studio.toggleMap()} aria-pressed=${studio.mapOpen ? 'true' : 'false'}>Overzichtskaart</${Button}>
    <${Button} onClick=${() => studio.simulate()} aria-pressed=${studio.simulating ? 'true' : 'false'}>Simulatie</${Button}>
    <details class="cr-uitklap">
      <summary class="cr-knop cr-knop--klein">Ophalen als</summary>
      <div class="cr-uitklap__vak">
        ${FILES.map(([kind, label]) => html`<${Button} key=${kind} kind="stil" onClick=${(event) => { event.currentTarget.closest('details').open = false; studio.exportAs(kind); }}>${label}</${Button}>`)}
      </div>
    </details>
    <${Button} onClick=${() => showKeys(studio)}>Toetsen</${Button}>
  `;
}

function showKeys(studio) {
  return ask(studio.root, {
    title: 'Toetsen',
    body: (close) => html`<${KeyTable} /><div class="cr-knoppen"><${Button} kind="hoofd" onClick=${() => close(null)}>Sluiten</${Button}></div>`,
  });
}
