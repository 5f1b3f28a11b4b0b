/**
 * The numbers on steps and arrows: as large as can be read at any size of the drawing, and never over each
 * other, over a step or over a name. What finds no room is left out until the drawing is larger.
 */
const LAYER = 'praktijk-getallen';
const ABOVE = 10;
/** In points of the screen. */
const FONT = 11;
const LARGEST = 34;
/** How wide a page is in points of the screen, about; and the room around a drawing there. */
const PAGE = 680;
const ROOM = 20;
const ALONG = [0.5, 0.35, 0.65, 0.2, 0.8, 0.9, 0.1];
const MARGIN = 1;
/** How wide a letter of a name is, at most on average. */
const LETTER = 6.5;
const CONTAINERS = ['bpmn:Participant', 'bpmn:Lane', 'bpmn:Process', 'bpmn:Collaboration'];

/** @param {import('./marks.js').Praktijk} practice */
export function keepNumbersReadable(viewer, practice) {
  const canvas = viewer.get('canvas');
  let drawn = 0;

  function draw(scale) {
    drawn = scale;
    place(viewer, practice, Math.min(Math.max(FONT, FONT / scale), LARGEST));
  }
  function follow() {
    const { scale } = canvas.viewbox();
    if (Math.abs(scale / drawn - 1) > 0.05) {
      draw(scale);
    }
  }
  draw(canvas.viewbox().scale);
  viewer.on('canvas.viewbox.changed', follow);
  addEventListener('beforeprint', () => draw(Math.min(1, PAGE / (canvas.viewbox().inner.width + 2 * ROOM))));
  addEventListener('afterprint', () => draw(canvas.viewbox().scale));
}

function place(viewer, practice, font) {
  const registry = viewer.get('elementRegistry');
  const layer = viewer.get('canvas').getLayer(LAYER, ABOVE);
  const arrows = registry.filter((one) => one.waypoints && practice.pijlen[one.id]);
  const taken = obstacles(registry);
  const made = [];
  for (const [id, counted] of Object.entries(practice.stappen)) {
    const shape = registry.get(id);
    if (shape && counted.aantal) {
      const box = corner(shape, counted.aantal, font, taken);
      taken.push(box);
      made.push(number(box, counted, font, 'stap'));
    }
  }
  for (const arrow of arrows) {
    const counted = practice.pijlen[arrow.id];
    const others = arrows.filter((one) => one !== arrow);
    const box = counted.aantal && !counted.nooit && free(arrow, counted.aantal, font, taken, others);
    if (box) {
      taken.push(box);
      made.push(number(box, counted, font, 'pijl'));
    }
  }
  layer.replaceChildren(...made);
}

/** What a number may not cover: steps, events, and the names beside them or in a phase. */
function obstacles(registry) {
  return registry
    .filter((shape) => !shape.waypoints && shape.parent && !CONTAINERS.includes(shape.type))
    .map((shape) => (isOpen(shape) ? titleOf(shape) : { ...boxOf(shape), of: shape }));
}

function isOpen(shape) {
  return shape.type === 'bpmn:SubProcess' && shape.children?.length > 0;
}

/** The name of a phase stands at its top, in the middle. */
function titleOf(shape) {
  const width = Math.min(shape.width, LETTER * (shape.businessObject.name || '').length);
  return { x: shape.x + (shape.width - width) / 2, y: shape.y + 2, width, height: 18 };
}

/** The room of a name may be wider than the name is, which stands in its middle. */
function boxOf({ x, y, width, height, labelTarget, businessObject }) {
  const text = labelTarget ? LETTER * (businessObject.name || '').length : width;
  const used = Math.min(width, text);
  return { x: x + (width - used) / 2, y, width: used, height };
}

function size(text, font) {
  return { width: Math.max(font * 1.6, font * (0.62 * text.length + 0.7)), height: font * 1.4 };
}

/** On a corner of a step: the top right one, unless something else stands there and not at another. */
function corner(shape, text, font, taken) {
  const { width, height } = size(text, font);
  const left = shape.x - font / 2;
  const right = shape.x + shape.width - width + font / 2;
  const [top, bottom] = [shape.y - height / 2, shape.y + shape.height - height / 2];
  const corners = [
    [right, top],
    [right, bottom],
    [left, bottom],
    [left, top],
  ].map(([x, y]) => ({ x, y, width, height }));
  const around = taken.filter((one) => one.of !== shape);
  return corners.find((box) => !around.some((one) => overlap(one, box))) || corners[0];
}

/**
 * The first place along an arrow where a number covers nothing: on its longest piece if possible, and where no
 * other arrow lies along it, for there it would not be clear whose number it is.
 */
function free(arrow, text, font, taken, others) {
  const { width, height } = size(text, font);
  const room = { width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  const places = pieces(arrow.waypoints)
    .sort((one, other) => other.length - one.length)
    .flatMap(({ from, to }) =>
      ALONG.map((part) => ({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part })),
    )
    .filter(({ x, y }) => {
      const box = { x: x - room.width / 2, y: y - room.height / 2, ...room };
      return !taken.some((one) => overlap(one, box));
    });
  const apart = places.find((point) => !others.some((one) => liesAlong(one.waypoints, point, height / 2)));
  const found = apart || places[0];
  return found && { x: found.x - width / 2, y: found.y - height / 2, width, height };
}

function pieces(points) {
  return points
    .slice(1)
    .map((to, at) => ({ from: points[at], to, length: Math.hypot(to.x - points[at].x, to.y - points[at].y) }));
}

/** Whether a line comes this near to a point. */
function liesAlong(points, { x, y }, near) {
  return pieces(points).some(({ from, to, length }) => {
    const along = length ? ((x - from.x) * (to.x - from.x) + (y - from.y) * (to.y - from.y)) / length ** 2 : 0;
    const part = Math.min(Math.max(along, 0), 1);
    return Math.hypot(from.x + (to.x - from.x) * part - x, from.y + (to.y - from.y) * part - y) < near;
  });
}

function overlap(one, other) {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function number({ x, y, width, height }, counted, font, kind) {
  const rect = svg('rect', { x, y, width, height, rx: height / 2, 'stroke-width': font / 10 });
  const text = svg('text', { x: x + width / 2, y: y + height / 2 + font * 0.36, 'font-size': font });
  text.textContent = counted.aantal;
  const group = svg('g', { class: `cr-getal cr-getal--${kind}${counted.nooit ? ' cr-getal--nooit' : ''}` });
  group.append(rect, text);
  return group;
}

function svg(name, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}
