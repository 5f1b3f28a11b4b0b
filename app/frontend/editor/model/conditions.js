/**
 * Conditions as people choose them, from and to FEEL.
 *
 * @typedef {object} Condition
 * @property {string} variable
 * @property {'is' | 'niet' | 'bevat' | 'meer' | 'minder'} test
 * @property {string} value   as FEEL: `"ja"`, `5` or `true`
 */
const NAME = String.raw`([A-Za-z_À-ɏ][\wÀ-ɏ]*(?:\.[A-Za-z_À-ɏ][\wÀ-ɏ]*)*)`;
const VALUE = String.raw`("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false)`;
const COMPARES = new RegExp(`^=\\s*${NAME}\\s*(=|!=|>|<)\\s*${VALUE}$`);
const CONTAINS = new RegExp(`^=\\s*list contains\\(${NAME},\\s*${VALUE}\\)$`);
const SIGNS = { is: '=', niet: '!=', meer: '>', minder: '<' };

export const TESTS = { is: 'is', niet: 'is niet', bevat: 'bevat', meer: 'is meer dan', minder: 'is minder dan' };

/** @returns {Condition | null} null for what is more than one simple comparison */
export function readCondition(text) {
  const compares = COMPARES.exec(text || '');
  if (compares) {
    const [, variable, sign, value] = compares;
    return { variable, test: Object.keys(SIGNS).find((one) => SIGNS[one] === sign), value };
  }
  const contains = CONTAINS.exec(text || '');
  return contains ? { variable: contains[1], test: 'bevat', value: contains[2] } : null;
}

/** @param {Condition} condition */
export function writeCondition({ variable, test, value }) {
  return test === 'bevat' ? `=list contains(${variable}, ${value})` : `=${variable} ${SIGNS[test]} ${value}`;
}

/** A value as FEEL: what is typed for a number or a yes stays so, the rest is text. */
export function toFeel(typed, type) {
  if (type === 'number' && /^-?\d+(?:[.,]\d+)?$/.test(typed)) {
    return typed.replace(',', '.');
  }
  if (type === 'boolean' && (typed === 'true' || typed === 'false')) {
    return typed;
  }
  return `"${typed.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The other way: `"ja"` gives ja. */
export function fromFeel(value) {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}

/** "als besluit is ja"; a formula as it stands. */
export function conditionInWords(text) {
  const found = readCondition(text);
  return found ? `als ${found.variable} ${TESTS[found.test]} ${fromFeel(found.value)}` : `als ${text.replace(/^=\s*/, '')}`;
}
