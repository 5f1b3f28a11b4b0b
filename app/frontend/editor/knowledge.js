/**
 * What the way of working has to choose from: roles, forms with their fields, tables, processes, kinds of
 * work, messages, and what is known before each step. The server tells it of the file as it was saved last;
 * for a step that is newer than that, it is worked out from the steps before it.
 *
 * @typedef {{name: string, type: string, from: string, values?: {value: string, label: string}[]}} Variable
 */
import { is } from './model/bpmn.js';
import { extension } from './model/extensions.js';

const NOTHING = { roles: [], forms: [], decisions: [], processes: [], jobTypes: [], messages: [], variables: {}, functions: [] };

const REST_MS = 3_000;

export function createKnowledge(server, changed) {
  let known = NOTHING;
  let timer = 0;
  const again = () => knowledge.refresh().catch(() => undefined);

  // A form or table may have been changed in another tab.
  addEventListener('focus', again);

  const knowledge = {
    get all() {
      return known;
    },

    async refresh() {
      known = { ...NOTHING, ...(await server.knowledge()) };
      changed();
    },

    /** Not with every save: between two of them little changes, and it is worked out here too. */
    later() {
      clearTimeout(timer);
      timer = setTimeout(again, REST_MS);
    },

    form: (id) => known.forms.find((one) => one.id === id),
    decision: (id) => known.decisions.find((one) => one.id === id),
    process: (id) => known.processes.find((one) => one.id === id),

    /** @returns {Variable[]} by name, what is filled in before this element or arrow */
    before(bo) {
      const found = new Map();
      collect(is(bo, 'bpmn:SequenceFlow') ? bo.sourceRef : bo, new Set(), found);
      return [...found.values()].sort((one, other) => one.name.localeCompare(other.name));
    },
  };
  return knowledge;

  function collect(bo, seen, found) {
    if (!bo || seen.has(bo)) {
      return;
    }
    seen.add(bo);
    const told = known.variables[bo.id];
    if (told) {
      told.forEach((one) => found.set(one.name, withValues(one)));
      return;
    }
    const before = [...(bo.incoming || []).map((flow) => flow.sourceRef), bo.attachedToRef];
    const around = before.some(Boolean) ? [] : [bo.$parent];
    for (const one of [...before, ...around].filter((other) => other && is(other, 'bpmn:FlowNode'))) {
      collect(one, seen, found);
      results(one).forEach((result) => found.set(result.name, result));
    }
  }

  function withValues(variable) {
    const values = fieldOf(variable.name)?.values;
    return values?.length ? { ...variable, values } : variable;
  }

  function fieldOf(name) {
    for (const form of known.forms) {
      const field = form.fields.find((one) => one.key === name && one.values?.length);
      if (field) {
        return field;
      }
    }
    return undefined;
  }

  /** What a step itself fills in. */
  function results(bo) {
    const from = bo.name || bo.id;
    const form = known.forms.find((one) => one.id === extension(bo, 'zeebe:FormDefinition')?.formId);
    const fields = (form?.fields || []).map(({ key, type, values }) => ({ name: key, type, values, from }));
    const result = (extension(bo, 'zeebe:Script') || extension(bo, 'zeebe:CalledDecision'))?.resultVariable;
    return result ? [...fields, { name: result, type: 'any', from }] : fields;
  }
}

/** As the FEEL editor wants them: `melder.naam` is the entry naam of melder. */
export function asTree(variables) {
  const roots = [];
  for (const { name, type, from } of variables) {
    let level = roots;
    const path = name.split('.');
    path.forEach((part, place) => {
      let node = level.find((one) => one.name === part);
      if (!node) {
        node = { name: part, entries: [] };
        level.push(node);
      }
      if (place === path.length - 1) {
        node.detail = typeInWords(type);
        node.info = from ? `Uit: ${from}` : undefined;
        node.isList = type === 'list' ? 'optional' : false;
      }
      level = node.entries;
    });
  }
  return roots.map(pruned);
}

function pruned({ entries, ...node }) {
  return entries.length ? { ...node, entries: entries.map(pruned) } : node;
}

const TYPES = { string: 'tekst', number: 'getal', boolean: 'ja of nee', list: 'lijst', context: 'groep', date: 'datum', any: '' };

export function typeInWords(type) {
  return TYPES[type] ?? type;
}
