/** Reading and writing the zeebe:* extension elements of one element. */
import { together } from './together.js';

/** @param {string} type "zeebe:FormDefinition" */
export function extension(bo, type) {
  return bo.extensionElements?.values?.find((one) => one.$type === type);
}

/**
 * Write attributes into an extension; `null` takes the extension away, `undefined` one attribute.
 *
 * @param {any} element the shape or connection
 * @param {string} type
 * @param {Record<string, unknown> | null} attributes
 */
export function setExtension(modeler, element, type, attributes) {
  together(modeler, () => write(modeler, element, element.businessObject, type, attributes));
}

/** The same for an object without a shape of its own, such as a message. */
export function setExtensionOf(modeler, element, bo, type, attributes) {
  together(modeler, () => write(modeler, element, bo, type, attributes));
}

function write(modeler, element, bo, type, attributes) {
  const modeling = modeler.get('modeling');
  const factory = modeler.get('bpmnFactory');
  const found = extension(bo, type);
  if (attributes === null) {
    if (found) {
      const values = bo.extensionElements.values.filter((one) => one !== found);
      const rest = values.length ? { values } : null;
      if (rest) {
        modeling.updateModdleProperties(element, bo.extensionElements, rest);
      } else {
        modeling.updateModdleProperties(element, bo, { extensionElements: undefined });
      }
    }
    return;
  }
  if (found) {
    modeling.updateModdleProperties(element, found, attributes);
    return;
  }
  let all = bo.extensionElements;
  if (!all) {
    all = factory.create('bpmn:ExtensionElements', { values: [] });
    all.$parent = bo;
    modeling.updateModdleProperties(element, bo, { extensionElements: all });
  }
  const made = factory.create(type, attributes);
  made.$parent = all;
  modeling.updateModdleProperties(element, all, { values: [...(all.values || []), made] });
}

/** The inputs or outputs of an element: {target: source}. */
export function mappings(bo, kind = 'inputParameters') {
  const found = extension(bo, 'zeebe:IoMapping')?.[kind] || [];
  return Object.fromEntries(found.map((one) => [one.target, one.source]));
}

/** Write one input; an empty source takes it away. */
export function setInput(modeler, element, target, source) {
  const bo = element.businessObject;
  const before = extension(bo, 'zeebe:IoMapping')?.inputParameters || [];
  const others = before.filter((one) => one.target !== target);
  const factory = modeler.get('bpmnFactory');
  const made = source ? [factory.create('zeebe:Input', { source, target })] : [];
  setExtension(modeler, element, 'zeebe:IoMapping', { inputParameters: [...others, ...made] });
}

/** The headers of a job: {key: value}. */
export function headers(bo) {
  const found = extension(bo, 'zeebe:TaskHeaders')?.values || [];
  return Object.fromEntries(found.map((one) => [one.key, one.value]));
}

/** Write one header; an empty value takes it away. */
export function setHeader(modeler, element, key, value) {
  const before = extension(element.businessObject, 'zeebe:TaskHeaders')?.values || [];
  const factory = modeler.get('bpmnFactory');
  const place = before.findIndex((one) => one.key === key);
  const made = value ? [factory.create('zeebe:Header', { key, value })] : [];
  const values = place < 0 ? [...before, ...made] : before.toSpliced(place, 1, ...made);
  setExtension(modeler, element, 'zeebe:TaskHeaders', values.length ? { values } : null);
}

/** The properties of an element: {name: value}. */
export function properties(bo) {
  const found = extension(bo, 'zeebe:Properties')?.properties || [];
  return Object.fromEntries(found.map((one) => [one.name, one.value]));
}

/** Write one property; an empty value takes it away. */
export function setProperty(modeler, element, name, value) {
  const before = extension(element.businessObject, 'zeebe:Properties')?.properties || [];
  const factory = modeler.get('bpmnFactory');
  const place = before.findIndex((one) => one.name === name);
  const made = value ? [factory.create('zeebe:Property', { name, value })] : [];
  const all = place < 0 ? [...before, ...made] : before.toSpliced(place, 1, ...made);
  setExtension(modeler, element, 'zeebe:Properties', all.length ? { properties: all } : null);
}
