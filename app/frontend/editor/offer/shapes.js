/** New shapes of a kind. A phase comes with the start that it needs. */

/** @param {import('../model/kinds.js').Kind} kind @returns {any} a shape, or the shapes of a phase */
export function shapeOf(elementFactory, kind) {
  const shape = elementFactory.createShape({ ...kind.attributes });
  if (kind.key !== 'fase') {
    return shape;
  }
  shape.x = 0;
  shape.y = 0;
  const start = elementFactory.createShape({ type: 'bpmn:StartEvent', x: 40, y: 82, parent: shape });
  return [shape, start];
}
