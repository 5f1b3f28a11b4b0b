/**
 * Marks where cases stand: a tint and a heavier line on the element, the number in a badge, and what is
 * overdue in a second badge with a sign. Colour is never the only difference.
 *
 * @typedef {object} Stand
 * @property {string} aantal        what the badge shows: "12", or "<5"
 * @property {string} tekst         "12 casussen"
 * @property {string} te_laat       what the second badge shows; empty when nothing is overdue
 * @property {string} te_laat_tekst "3 te laat"
 * @property {string} [casussen]    address of the list of these cases
 */
const ACTIVE = 'cr-actief';
const PASSED = 'cr-geweest';
const TYPE = 'cr-stand';

/** @param {Record<string, Stand>} standings */
export function showStandings(viewer, standings) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const overlays = viewer.get('overlays');
  registry.forEach((shape) => canvas.removeMarker(shape, ACTIVE));
  overlays.remove({ type: TYPE });
  for (const [id, stand] of Object.entries(standings)) {
    const shape = registry.get(id);
    if (shape) {
      canvas.addMarker(shape, ACTIVE);
      overlays.add(shape, TYPE, {
        position: { top: -14, right: 0 },
        scale: { min: 0.8, max: 1.4 },
        html: badges(stand, nameOf(shape)),
      });
    }
  }
}

/** Marks where a case has been with a dashed line; the list of steps says it in words. */
export function showPassed(viewer, passed) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  registry.forEach((shape) => canvas.removeMarker(shape, PASSED));
  for (const id of Object.keys(passed)) {
    const shape = registry.get(id);
    if (shape) {
      canvas.addMarker(shape, PASSED);
    }
  }
}

function nameOf(shape) {
  return shape.businessObject.name || '';
}

/** @param {Stand} stand @param {string} name */
function badges(stand, name) {
  const row = document.createElement(stand.casussen ? 'a' : 'span');
  row.className = 'cr-standen';
  const words = [name, [stand.tekst, stand.te_laat_tekst].filter(Boolean).join(', ')].filter(Boolean).join(': ');
  if (stand.casussen) {
    row.href = stand.casussen;
    row.setAttribute('aria-label', `${words}. Bekijk de lijst.`);
  }
  row.title = words;
  row.append(badge(stand.aantal, 'cr-stand'));
  if (stand.te_laat) {
    const late = badge('', 'cr-stand cr-stand--te-laat');
    late.dataset.aantal = stand.te_laat;
    row.append(late);
  }
  return row;
}

function badge(text, className) {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}
