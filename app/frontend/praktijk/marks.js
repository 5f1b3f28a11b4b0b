/**
 * Behind each arrow a stream, the wider the more cases took it; what never happened is dashed. So the
 * drawing itself stays as it is, and colour is never the only difference.
 *
 * @typedef {object} Geteld
 * @property {string} aantal    "12", "<5", "≥ 12" where it may be more, or "?"; empty where none is shown
 * @property {boolean} nooit
 * @property {number} [dikte]   of an arrow: from 1 to 5; 0 has no stream
 *
 * @typedef {object} Praktijk
 * @property {Record<string, Geteld>} pijlen
 * @property {Record<string, Geteld>} stappen
 * @property {{pijlen: string[], stappen: string[]} | null} weg  the one way that is lit up
 */
const WAY_WIDTH = 3;

/** @param {Praktijk} practice */
export function showPractice(viewer, practice) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  for (const [id, counted] of Object.entries(practice.pijlen)) {
    const arrow = registry.get(id);
    if (!arrow?.waypoints) {
      continue;
    }
    if (counted.nooit) {
      canvas.addMarker(arrow, 'cr-nooit');
    }
    const onWay = practice.weg?.pijlen.includes(id);
    const width = practice.weg ? (onWay ? Math.max(counted.dikte, WAY_WIDTH) : 0) : counted.dikte;
    if (width) {
      // In the arrow itself: there it lies above the lanes and below its line.
      registry.getGraphics(arrow).prepend(stream(arrow.waypoints, width, onWay));
    }
  }
  for (const [id, counted] of Object.entries(practice.stappen)) {
    const shape = registry.get(id);
    if (shape && counted.nooit) {
      canvas.addMarker(shape, 'cr-nooit');
    }
  }
  for (const id of practice.weg?.stappen ?? []) {
    const shape = registry.get(id);
    if (shape) {
      canvas.addMarker(shape, 'cr-op-weg');
    }
  }
}

function stream(points, width, onWay) {
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', `M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`);
  path.setAttribute('class', `cr-stroom cr-stroom--${width}${onWay ? ' cr-stroom--weg' : ''}`);
  return path;
}
