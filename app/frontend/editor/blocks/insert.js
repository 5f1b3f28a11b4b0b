/** Puts a block into the drawing, after a step, as one change. */
import { is } from '../model/bpmn.js';
import { together } from '../model/together.js';
import { onlyFlow } from '../steps/add.js';
import { makeRoom, roomAbove } from '../steps/room.js';

const GAP = 50;
const MARGIN = 20;

/**
 * @param {any} modeler
 * @param {any} source  the step that it comes after
 * @param {import('./blocks.js').Drawing} block
 * @returns {any} the shape of its first step
 */
export function insertBlock(modeler, source, block) {
  return together(modeler, () => {
    const flow = onlyFlow(source);
    const origin = place(modeler, source, flow?.target, block);
    const shapes = new Map();
    for (const part of block.parts) {
      shapes.set(part.key, put(modeler, part, origin, shapes, source.parent));
    }
    for (const way of block.ways) {
      connect(modeler, way, shapes, origin);
    }
    join(modeler, source, flow, shapes, block);
    return shapes.get(block.first);
  });
}

/** Make room for the block, and give the middle of where its first step comes. */
function place(modeler, source, target, block) {
  const [first] = block.parts;
  const [width] = first.size || [100];
  const left = source.x + source.width + GAP;
  const row = source.y + source.height / 2;
  // What does not fit in the lane above the row moves down, and the lane grows.
  const down = Math.max(0, block.above + MARGIN - roomAbove(modeler, source, row));
  const box = { x: left + block.room / 2, y: row + down + (block.below - block.above) / 2, width: block.room + 2 * GAP, height: block.above + block.below };
  makeRoom(modeler, box, source.x + source.width + 1, source, target);
  return { x: left + width / 2 - (first.at?.[0] || 0), y: row + down };
}

function put(modeler, part, origin, shapes, parent) {
  const factory = modeler.get('elementFactory');
  const modeling = modeler.get('modeling');
  const bo = modeler.get('bpmnFactory').create(part.type, { id: part.key, name: part.name });
  addTexts(modeler, bo, part);
  const [width, height] = part.size || [];
  const shape = factory.createShape({ type: part.type, businessObject: bo, ...(width ? { width, height } : {}), ...part.attributes });
  if (part.after) {
    const body = modeler.get('bpmnFactory').create('bpmn:FormalExpression', { body: part.after });
    bo.eventDefinitions[0].timeDate = body;
    body.$parent = bo.eventDefinitions[0];
  }
  if (part.on) {
    const host = shapes.get(part.on);
    const above = part.edge === 'boven';
    const y = above ? host.y : host.y + host.height;
    const event = modeling.createShape(shape, { x: host.x + host.width / 2, y }, host, { attach: true });
    besideEvent(modeling, event, above);
    return event;
  }
  const [x, y] = part.at;
  return modeling.createShape(shape, { x: origin.x + x, y: origin.y + y }, shapes.get(part.within) || parent);
}

/** Its text left of the event and outside the step, where no arrow runs. */
function besideEvent(modeling, event, above) {
  const { label } = event;
  if (label) {
    const x = event.x - label.width - 2 - label.x;
    const y = (above ? event.y - label.height + 8 : event.y + event.height - 8) - label.y;
    modeling.moveShape(label, { x, y });
  }
}

function addTexts(modeler, bo, part) {
  const factory = modeler.get('bpmnFactory');
  if (part.help) {
    bo.documentation = [child(factory.create('bpmn:Documentation', { text: part.help }), bo)];
  }
  if (part.zeebe) {
    const all = child(factory.create('bpmn:ExtensionElements'), bo);
    all.values = Object.entries(part.zeebe).map(([type, { headers, properties, ...attributes }]) => {
      const made = child(factory.create(type, attributes), all);
      if (headers) {
        made.values = Object.entries(headers).map(([key, value]) => child(factory.create('zeebe:Header', { key, value }), made));
      }
      if (properties) {
        made.properties = Object.entries(properties).map(([name, value]) => child(factory.create('zeebe:Property', { name, value }), made));
      }
      return made;
    });
    bo.extensionElements = all;
  }
  if (part.each) {
    const { list, item, output, element } = part.each;
    const loop = child(factory.create('bpmn:MultiInstanceLoopCharacteristics'), bo);
    const all = child(factory.create('bpmn:ExtensionElements'), loop);
    const attributes = { inputCollection: list, inputElement: item, outputCollection: output, outputElement: element };
    all.values = [child(factory.create('zeebe:LoopCharacteristics', attributes), all)];
    loop.extensionElements = all;
    bo.loopCharacteristics = loop;
  }
}

function child(made, parent) {
  made.$parent = parent;
  return made;
}

function connect(modeler, way, shapes, origin) {
  const modeling = modeler.get('modeling');
  const [from, to] = [shapes.get(way.from), shapes.get(way.to)];
  const bends = way.bends?.map(([x, y]) => ({ x: origin.x + x, y: origin.y + y }));
  const waypoints = bends && [middle(from), ...bends, middle(to)];
  const flow = modeling.connect(from, to, { type: 'bpmn:SequenceFlow', ...(waypoints ? { waypoints } : {}) });
  if (way.name) {
    modeling.updateProperties(flow, { name: way.name });
  }
  if (way.when) {
    const conditionExpression = modeler.get('bpmnFactory').create('bpmn:FormalExpression', { body: way.when });
    modeling.updateProperties(flow, { conditionExpression });
  }
}

/** From the step before into the block, and out of it to what came after that step. */
function join(modeler, source, flow, shapes, block) {
  const modeling = modeler.get('modeling');
  const [first, last] = [shapes.get(block.first), shapes.get(block.last)];
  const target = flow?.target;
  if (flow) {
    modeling.reconnectEnd(flow, first, middle(first));
    modeling.layoutConnection(flow);
  } else {
    modeling.connect(source, first);
  }
  if (target) {
    const out = modeling.connect(last, target);
    if (block.otherwise && is(last, 'bpmn:ExclusiveGateway')) {
      modeling.updateProperties(last, { default: out.businessObject });
      modeling.updateProperties(out, { name: 'akkoord' });
    }
  }
}

function middle(shape) {
  return { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 };
}
