/** Two people changed the same: what each did, side by side, and a choice. */
import { Button, ask, html } from '../ui.js';

/**
 * @param {{by: string, conflicts: {element: string, name: string, mine: string, theirs: string}[]}} answer
 * @returns {Promise<'mine' | 'theirs' | null>}
 */
export function chooseVersion(studio, answer) {
  return ask(studio.root, {
    title: `${answer.by} veranderde hetzelfde`,
    wide: true,
    body: (close) => html`
      <p>U werkt allebei in dit diagram, en hier raakte het elkaar. Kies welke versie van het diagram blijft. Wat de ander verder in dit diagram veranderde gaat dan niet mee, maar het blijft in de geschiedenis van het concept.</p>
      <div class="cr-tabelkader" tabindex="0" role="group" aria-label="Verschillen">
        <table class="cr-tabel">
          <thead><tr><th scope="col">Waar</th><th scope="col">U</th><th scope="col">${answer.by}</th></tr></thead>
          <tbody>
            ${answer.conflicts.map((one) => html`
              <tr key=${one.element}><th scope="row">${one.name || one.element}</th><td>${one.mine}</td><td>${one.theirs}</td></tr>
            `)}
          </tbody>
        </table>
      </div>
      <div class="cr-knoppen">
        <${Button} kind="hoofd" onClick=${() => close('mine')}>Mijn versie bewaren</${Button}>
        <${Button} onClick=${() => close('theirs')}>Versie van ${answer.by} nemen</${Button}>
        <${Button} kind="stil" onClick=${() => close(null)}>Nog niet kiezen</${Button}>
      </div>
    `,
  });
}
