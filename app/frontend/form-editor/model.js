/**
 * A form as its JSON says it, and changes of it. Every change gives a new form and leaves the old one alone,
 * so that it can be undone. A part is named by its id.
 */
import { CONTAINERS, INPUTS } from './kinds.js';

/** @typedef {{ id: string, type: string, key?: string, path?: string, components?: Part[] }} Part */
/** @typedef {{ id: string, components: Part[] }} Form */
/** @typedef {{ part: Part, siblings: Part[], index: number, parents: Part[] }} Place */

/** Read a form; parts without an id get one. Throws for what is no form. @returns {Form} */
export function parse(text) {
  const form = JSON.parse(text);
  if (!form || !Array.isArray(form.components)) throw new Error('Dit is geen formulier.');
  const used = new Set([...walk(form.components)].map(({ part }) => part.id).filter(Boolean));
  for (const { part } of walk(form.components)) if (!part.id) part.id = fresh(used, part.type);
  return form;
}

/** As the files of a way of working are written. */
export const write = (form) => `${JSON.stringify(form, null, 2)}\n`;

/** Every part, containers before what is in them. @returns {Generator<Place>} */
export function* walk(parts, parents = []) {
  for (const [index, part] of parts.entries()) {
    yield { part, siblings: parts, index, parents };
    if (Array.isArray(part.components)) yield* walk(part.components, [...parents, part]);
  }
}

/** @returns {Place | undefined} */
export function find(form, id) {
  for (const place of walk(form.components)) if (place.part.id === id) return place;
  return undefined;
}

/** @param {(form: Form) => void} work */
function changed(form, work) {
  const made = structuredClone(form);
  work(made);
  return made;
}

/** Put a new part behind another one, or at the end of a container that is chosen and empty. */
export function add(form, made, behind) {
  const used = ids(form);
  const part = { ...structuredClone(made), id: fresh(used, made.type) };
  if (INPUTS.includes(part.type)) part.key = freshKey(form, partKey(part));
  const next = changed(form, (one) => {
    const place = behind ? find(one, behind) : undefined;
    if (place && CONTAINERS.includes(place.part.type) && !(place.part.components || []).length) {
      place.part.components = [part];
    } else if (place) {
      place.siblings.splice(place.index + 1, 0, part);
    } else {
      one.components.push(part);
    }
  });
  return { form: next, id: part.id };
}

/** A copy behind the part itself, with ids and a key of its own. */
export function duplicate(form, id) {
  const place = find(form, id);
  if (!place) return { form, id };
  const copy = structuredClone(place.part);
  const used = ids(form);
  for (const { part } of walk([copy])) {
    part.id = fresh(used, part.type);
    used.add(part.id);
  }
  if (copy.key) copy.key = freshKey(form, copy.key);
  const next = changed(form, (one) => {
    const here = find(one, id);
    here.siblings.splice(here.index + 1, 0, copy);
  });
  return { form: next, id: copy.id };
}

export function remove(form, id) {
  return changed(form, (one) => {
    const place = find(one, id);
    if (place) place.siblings.splice(place.index, 1);
  });
}

/**
 * One place up or down. At the edge of a container it goes out of it; where a container is next, into it.
 * @param {-1 | 1} step
 */
export function move(form, id, step) {
  return changed(form, (one) => {
    const { part, siblings, index, parents } = find(one, id);
    const neighbour = siblings[index + step];
    siblings.splice(index, 1);
    if (neighbour && CONTAINERS.includes(neighbour.type)) {
      neighbour.components ??= [];
      neighbour.components.splice(step < 0 ? neighbour.components.length : 0, 0, part);
    } else if (neighbour) {
      siblings.splice(index + step, 0, part);
    } else if (parents.length) {
      const around = find(one, parents.at(-1).id);
      around.siblings.splice(around.index + (step > 0 ? 1 : 0), 0, part);
    } else {
      siblings.splice(index, 0, part);
    }
  });
}

/**
 * Set what a dotted path names (`validate.required`); undefined takes it away, and what is empty by that too.
 */
export function set(form, id, path, value) {
  return changed(form, (one) => {
    const place = id ? find(one, id) : undefined;
    put(place ? place.part : one, path.split('.'), value);
  });
}

function put(target, [name, ...rest], value) {
  if (rest.length) {
    target[name] ??= {};
    put(target[name], rest, value);
    if (!Object.keys(target[name]).length) delete target[name];
  } else if (value === undefined) {
    delete target[name];
  } else {
    target[name] = value;
  }
}

/** What a dotted path names. */
export const get = (part, path) => path.split('.').reduce((found, name) => found?.[name], part);

const ids = (form) => new Set([...walk(form.components)].map(({ part }) => part.id));

function fresh(used, type) {
  for (let number = 1; ; number += 1) {
    const id = `${type}_${number}`;
    if (!used.has(id)) return id;
  }
}

function freshKey(form, wanted) {
  const used = new Set([...walk(form.components)].map(({ part }) => part.key || part.path));
  if (!used.has(wanted)) return wanted;
  for (let number = 2; ; number += 1) if (!used.has(`${wanted}_${number}`)) return `${wanted}_${number}`;
}

const partKey = (part) => keyFrom(part.label || part.dateLabel || part.type);

/** A key as expressions can use it, from a label: `Datum van het gesprek` -> `datum_van_het_gesprek`. */
export function keyFrom(label) {
  const plain = label.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  const key = plain.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 40);
  return /^[a-z]/.test(key) ? key : `veld_${key}`.replace(/_$/, '');
}
