/**
 * The diagram editor of a draft. The page (templates/werkwijze/diagram_bewerken.html) has the places, by
 * data-deel, and the addresses; editor/ has the parts.
 */
import { Refused, SignedOut, Unreachable } from './editor/server.js';
import { openStudio } from './editor/studio.js';

const BROKEN = 'Dit bestand kan niet worden getekend. Haal het op in het concept, herstel het en zet het terug.';

const root = document.getElementById('studio');
openStudio(root).catch((error) => {
  const place = root.querySelector('[data-deel="stand"]');
  place.textContent = said(error);
  place.classList.add('cr-bewaard--fout');
  root.dataset.mislukt = '';
  console.warn(error);
});

function said(error) {
  if (error instanceof Refused) {
    return error.message;
  }
  if (error instanceof SignedOut) {
    return 'U bent uitgelogd. Log opnieuw in en open het diagram nog eens.';
  }
  return error instanceof Unreachable ? 'Er is geen verbinding. Probeer het straks opnieuw.' : BROKEN;
}
