/**
 * On paper nobody can zoom or drag: there a drawing is shown whole, as large as the paper is wide, with signs
 * that can be read at that size.
 */
import { middleOf } from './marks.js';

const ROOM = 20;
/** How wide a page is in points of the screen, about. */
const PAGE = 680;
/** How high the mark of bpmn.io is, which covers nothing. */
const MARK = 32;

/** @param {HTMLElement} element @param {Record<string, import('./marks.js').Teken>} marks */
export function fitOnPaper(viewer, element, marks) {
  const canvas = viewer.get('canvas');
  const svg = canvas._svg;
  const viewport = canvas._viewport;
  let kept = null;

  addEventListener('beforeprint', () => {
    const { inner } = canvas.viewbox();
    const width = inner.width + 2 * ROOM;
    const scale = Math.max(1, width / PAGE);
    const box = [inner.x - ROOM, inner.y - ROOM, width, inner.height + 2 * ROOM + MARK * scale];
    kept = viewport.getAttribute('transform');
    viewport.removeAttribute('transform');
    svg.setAttribute('viewBox', box.join(' '));
    element.style.setProperty('--cr-verhouding', `${box[2]} / ${box[3]}`);
    addSigns(viewer, viewport, marks, scale);
  });
  addEventListener('afterprint', () => {
    svg.removeAttribute('viewBox');
    if (kept) {
      viewport.setAttribute('transform', kept);
    }
    viewport.querySelectorAll('.cr-papierteken').forEach((sign) => sign.remove());
  });
}

function addSigns(viewer, viewport, marks, scale) {
  for (const [id, mark] of Object.entries(marks)) {
    const shape = viewer.get('elementRegistry').get(id);
    if (!shape || shape === viewer.get('canvas').getRootElement()) {
      continue;
    }
    const { x, y } = shape.waypoints ? middleOf(shape.waypoints) : shape;
    const circle = svgElement('circle', { cx: x, cy: y, r: 8 * scale });
    const text = svgElement('text', { x, y: y + 4 * scale, 'text-anchor': 'middle', 'font-size': 13 * scale });
    text.textContent = mark.teken;
    const sign = svgElement('g', { class: 'cr-papierteken' });
    sign.append(circle, text);
    viewport.append(sign);
  }
}

function svgElement(name, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}
