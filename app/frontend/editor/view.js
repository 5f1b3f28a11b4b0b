/** Looking at the drawing: choosing, zooming, searching, the map, and where the focus goes. */
import { showElement } from '../diagram/controls.js';
import { is } from './model/bpmn.js';

const ROOM = 16;

/** @param {any} modeler @param {(name: string) => HTMLElement} part */
export function createView(modeler, part, redraw) {
  const canvas = modeler.get('canvas');
  const registry = modeler.get('elementRegistry');
  const minimap = modeler.get('minimap');

  // Other parts of the page come and go; the drawing has what is left.
  new ResizeObserver(() => canvas.resized()).observe(part('tekening'));

  const view = {
    mapOpen: false,
    shape: (id) => registry.get(id),
    businessObject: (id) => registry.get(id)?.businessObject,

    /** Choose an element everywhere; with `show` also bring it to the middle. */
    select(id, { show = false } = {}) {
      const shape = id && registry.get(id);
      modeler.get('selection').select(shape || null);
      if (!shape) {
        return;
      }
      if (show) {
        showElement(modeler, id);
      } else {
        const root = canvas.findRoot(shape);
        if (root && root !== canvas.getRootElement()) {
          canvas.setRootElement(root);
        }
        canvas.scrollToElement(shape, 60);
      }
    },
    zoom: (step) => modeler.get('zoomScroll').stepZoom(step),
    /** The whole drawing, beside the palette and never larger than life. */
    fit() {
      canvas.resized();
      const { inner, outer } = canvas.viewbox();
      const palette = canvas.getContainer().querySelector('.djs-palette')?.offsetWidth || 0;
      const left = palette + 2 * ROOM;
      const scale = Math.min(1, (outer.width - left - ROOM) / inner.width, (outer.height - 2 * ROOM) / inner.height);
      const x = inner.x - left / scale - Math.max(0, (outer.width - left - ROOM) / scale - inner.width) / 2;
      const y = inner.y - (outer.height / scale - inner.height) / 2;
      canvas.viewbox({ x, y, width: outer.width / scale, height: outer.height / scale });
    },
    /** Where the process begins, large enough for the buttons of the simulation to be shown. */
    showStart() {
      const start = registry.find((one) => is(one, 'bpmn:StartEvent') && !is(one.parent, 'bpmn:SubProcess'));
      if (start) {
        showElement(modeler, start.id);
      }
    },
    find() {
      canvas.focus();
      modeler.get('editorActions').trigger('find');
    },
    toggleMap() {
      minimap.toggle();
      this.mapOpen = minimap.isOpen();
      redraw();
    },
    /** The first field of what is chosen. */
    focusPanel() {
      this.drawNow();
      part('eigenschappen').querySelector('input, select, textarea, button, [contenteditable]')?.focus();
    },
    /** The line of what is chosen in the step list. */
    focusList() {
      this.drawNow();
      part('stappen').querySelector('button[tabindex="0"]')?.focus();
    },
  };
  return view;
}
