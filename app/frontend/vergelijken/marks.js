/**
 * Marks what is different: a colour and a kind of line on the element, and a sign in a badge. Colour is never
 * the only difference.
 *
 * @typedef {object} Teken
 * @property {'added' | 'removed' | 'changed' | 'moved'} soort
 * @property {string} teken  "+"
 * @property {string} tekst  "nieuw"
 */
const TYPE = 'cr-teken';
const SIZE = 22;

/** @param {Record<string, Teken>} marks */
export function showMarks(viewer, marks) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  for (const [id, mark] of Object.entries(marks)) {
    const shape = viewer.get('elementRegistry').get(id);
    if (shape && shape !== canvas.getRootElement()) {
      canvas.addMarker(shape, `cr-is--${mark.soort}`);
      overlays.add(shape, TYPE, {
        position: placeOf(shape),
        scale: { min: 0.8, max: 1.4 },
        html: badge(mark, shape.businessObject.name || ''),
      });
    }
  }
}

/** The top left corner of a shape; the middle of an arrow. Relative to its box, as overlays have it. */
function placeOf(shape) {
  if (!shape.waypoints) {
    return { top: -SIZE / 2, left: -SIZE / 2 };
  }
  const left = Math.min(...shape.waypoints.map((point) => point.x));
  const top = Math.min(...shape.waypoints.map((point) => point.y));
  const { x, y } = middleOf(shape.waypoints);
  return { top: y - top - SIZE / 2, left: x - left - SIZE / 2 };
}

/** The point halfway along a line. */
export function middleOf(points) {
  const lengths = points.slice(1).map((point, at) => Math.hypot(point.x - points[at].x, point.y - points[at].y));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [at, length] of lengths.entries()) {
    if (left <= length && length > 0) {
      const [from, to] = [points[at], points[at + 1]];
      return { x: from.x + ((to.x - from.x) * left) / length, y: from.y + ((to.y - from.y) * left) / length };
    }
    left -= length;
  }
  return points[0];
}

/** @param {Teken} mark @param {string} name */
function badge(mark, name) {
  const element = document.createElement('span');
  element.className = `cr-teken cr-teken--${mark.soort} cr-teken--los`;
  element.textContent = mark.teken;
  element.title = [name, mark.tekst].filter(Boolean).join(': ');
  return element;
}
