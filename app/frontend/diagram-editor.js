/**
 * The diagram editor of a draft. The page (templates/werkwijze/diagram_bewerken.html) has the places, by
 * data-deel, and the addresses; editor/ has the parts.
 */
import { openStudio } from './editor/studio.js';

const root = document.getElementById('studio');
openStudio(root).catch((error) => {
  const place = root.querySelector('[data-deel="stand"]');
  place.textContent = error.message || 'Het diagram kan niet worden geopend.';
  place.classList.add('cr-bewaard--fout');
  root.dataset.mislukt = '';
  console.warn(error);
});
