/**
 * Marks where cases stand: a tint and a heavier line on the element, the number in a badge, or how long
 * they stand there, and what is overdue or failed in others with a sign. Colour is never the only difference.
 *
 * @typedef {object} Stand
 * @property {string} aantal        what the badge shows: "12", or "<5"
 * @property {string} tekst         "12 casussen"
 * @property {string} te_laat       what the second badge shows; empty when nothing is overdue
 * @property {string} te_laat_tekst "3 te laat"
 * @property {string} [storing]       what failed, in the same way; empty when nothing did
 * @property {string} [storing_tekst] "1 storing"
 * @property {string} [tijd]          how long cases have stood here: "12 d"; empty where that is not asked
 * @property {string} [tijd_tekst]    "de helft 12 dagen of langer"
 * @property {number} [warmte]        the tint, from 1 to 5; 0 is the one without a scale
 * @property {string} [casussen]    address of the list of these cases
 */
const ACTIVE = 'cr-actief';
const PASSED = 'cr-geweest';
const TYPE = 'cr-stand';
const HEATS = [1, 2, 3, 4, 5].map((heat) => `cr-warmte-${heat}`);

/** @param {Record<string, Stand>} standings */
export function showStandings(viewer, standings) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const overlays = viewer.get('overlays');
  registry.forEach((shape) => [ACTIVE, ...HEATS].forEach((marker) => canvas.removeMarker(shape, marker)));
  overlays.remove({ type: TYPE });
  for (const [id, stand] of Object.entries(standings)) {
    const shape = registry.get(id);
    if (shape) {
      canvas.addMarker(shape, ACTIVE);
      if (stand.warmte) {
        canvas.addMarker(shape, HEATS[stand.warmte - 1]);
      }
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
  const told = [stand.tekst, stand.tijd_tekst, stand.te_laat_tekst, stand.storing_tekst].filter(Boolean).join(', ');
  const words = [name, told].filter(Boolean).join(': ');
  if (stand.casussen) {
    row.href = stand.casussen;
    row.setAttribute('aria-label', `${words}. Bekijk de lijst.`);
  }
  row.title = words;
  // What the colour says stands first; the other is in the words.
  row.append(stand.tijd ? marked(stand.tijd, 'cr-stand cr-stand--tijd') : badge(stand.aantal, 'cr-stand'));
  if (stand.te_laat) {
    row.append(marked(stand.te_laat, 'cr-stand cr-stand--te-laat'));
  }
  if (stand.storing) {
    row.append(marked(stand.storing, 'cr-stand cr-stand--storing'));
  }
  return row;
}

/** A badge whose figure and sign the style sheet draws: the name of the link says them in words. */
function marked(text, className) {
  const element = badge('', className);
  element.dataset.aantal = text;
  return element;
}

function badge(text, className) {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}
