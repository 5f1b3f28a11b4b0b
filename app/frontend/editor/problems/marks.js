/** Problems drawn at their elements: an outline, and a badge with a sign and the number. */
const TYPE = 'cr-probleem';
const CLASSES = { error: 'cr-fout', warning: 'cr-let-op' };

/** Gives the function that draws the problems of now, by element; it touches only what changed. */
export function createMarks(modeler) {
  const canvas = modeler.get('canvas');
  const overlays = modeler.get('overlays');
  const registry = modeler.get('elementRegistry');
  /** @type {Map<string, {shape: any, marker: string, said: string, overlay: string}>} */
  let drawn = new Map();

  function remove(id) {
    const { shape, marker, overlay } = drawn.get(id);
    if (registry.get(id) === shape) {
      canvas.removeMarker(shape, marker);
      overlays.remove(overlay);
    }
  }

  function add(shape, found) {
    const severity = severityOf(found);
    canvas.addMarker(shape, CLASSES[severity]);
    const overlay = overlays.add(shape, TYPE, { position: place(shape), html: badge(found, severity) });
    return { shape, marker: CLASSES[severity], said: words(found), overlay };
  }

  return (problems) => {
    const next = new Map();
    for (const [id, found] of problems) {
      const shape = registry.get(id);
      const before = drawn.get(id);
      if (shape?.parent && before?.shape === shape && before.said === words(found)) {
        next.set(id, before);
      } else if (shape?.parent) {
        if (before) {
          remove(id);
        }
        next.set(id, add(shape, found));
      }
    }
    [...drawn.keys()].filter((id) => !next.has(id)).forEach(remove);
    drawn = next;
  };
}

function severityOf(found) {
  return found.some((one) => one.severity === 'error') ? 'error' : 'warning';
}

function words(found) {
  return found.map((one) => `${one.severity} ${one.message}`).join('\n');
}

function place(shape) {
  if (!shape.waypoints) {
    return { top: -12, left: -12 };
  }
  const [first, second] = shape.waypoints;
  const xs = shape.waypoints.map((one) => one.x);
  const ys = shape.waypoints.map((one) => one.y);
  // Overlays of a connection are placed from the corner of the box around it.
  return { left: (first.x + second.x) / 2 - Math.min(...xs) - 12, top: (first.y + second.y) / 2 - Math.min(...ys) - 12 };
}

function badge(found, severity) {
  const element = document.createElement('div');
  element.className = `cr-probleemteken cr-probleemteken--${severity === 'error' ? 'fout' : 'let-op'}`;
  element.textContent = `${severity === 'error' ? '✕' : '!'} ${found.length}`;
  element.title = found.map((one) => one.message).join('\n');
  return element;
}
