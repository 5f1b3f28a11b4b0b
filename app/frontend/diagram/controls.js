/** Zoom buttons below the diagram, in words, never over the mark of bpmn.io. */
const READABLE = 0.7;
/** Also for the figures at the steps on its edge. */
const ROOM = 56;

/** @param {HTMLElement} block */
export function addControls(viewer, block) {
  const bar = block.querySelector('.cr-diagramblok__balk');
  const actions = {
    groter: () => viewer.get('zoomScroll').stepZoom(1),
    kleiner: () => viewer.get('zoomScroll').stepZoom(-1),
    passend: () => showAll(viewer),
  };
  for (const button of bar.querySelectorAll('button[data-zoom]')) {
    button.addEventListener('click', actions[button.dataset.zoom]);
  }
  bar.hidden = false;
}

/** The whole drawing, with some room around it, and never larger than life. */
export function showAll(viewer) {
  const canvas = viewer.get('canvas');
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  const width = inner.width + 2 * ROOM;
  const height = inner.height + 2 * ROOM;
  const scale = Math.min(1, outer.width / width, outer.height / height);
  canvas.viewbox({
    x: inner.x + inner.width / 2 - outer.width / scale / 2,
    y: inner.y + inner.height / 2 - outer.height / scale / 2,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}

/** Bring an element to the middle, large enough to read; false when the drawing does not have it. */
export function showElement(viewer, id, { select = false } = {}) {
  const shape = viewer.get('elementRegistry').get(id);
  if (!shape) {
    return false;
  }
  const canvas = viewer.get('canvas');
  const root = canvas.findRoot(shape);
  if (root && root !== canvas.getRootElement()) {
    canvas.setRootElement(root);
  }
  canvas.resized();
  const { outer, scale: current } = canvas.viewbox();
  const scale = Math.max(current, READABLE);
  const box = boxOf(shape);
  canvas.viewbox({
    x: box.x + box.width / 2 - outer.width / scale / 2,
    y: box.y + box.height / 2 - outer.height / scale / 2,
    width: outer.width / scale,
    height: outer.height / scale,
  });
  if (select) {
    viewer.get('selection').select(shape);
  }
  return true;
}

function boxOf(shape) {
  if (!shape.waypoints) {
    return shape;
  }
  const xs = shape.waypoints.map((point) => point.x);
  const ys = shape.waypoints.map((point) => point.y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
