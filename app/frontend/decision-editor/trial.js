/** Trying the decision out beside its table: fill in, and see which rules hold. */
import { make, redraw } from '../form-editor/dom.js';

const PAUSE_MS = 300;

/**
 * @param {HTMLElement} element
 * @param {(body: object) => Promise<object>} ask
 * @param {(ids: string[]) => void} mark shows which rules held
 */
export function createTrial(element, ask, mark) {
  const given = {};
  let decision = null;
  let content = '';
  let timer = 0;
  let asked = 0;
  const fields = make('div', { class: 'cr-formulier' });
  const outcome = make('div', { class: 'cr-uitkomst', role: 'status' });
  element.replaceChildren(fields, outcome);

  async function refresh() {
    const mine = ++asked;
    try {
      const told = await ask({ content, decision, given: Object.values(given).some(Boolean) ? given : {} });
      if (mine === asked) show(told);
    } catch {
      if (mine === asked) outcome.textContent = 'Proberen lukt nu niet.';
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE_MS);
  }

  function show(told) {
    if (told.asked.length) redraw(fields, choose(told), ...told.asked.map((one) => field(one)));
    const lines = (told.steps || []).map((text) => make('li', { text }));
    outcome.replaceChildren(
      ...(told.problem ? [make('p', { class: 'cr-melding cr-melding--fout', text: told.problem })] : []),
      ...(told.value ? [make('p', {}, make('strong', { text: 'Uitkomst: ' }), told.value)] : []),
      ...(lines.length ? [make('ul', {}, ...lines)] : []),
    );
    mark(told.rule_ids || []);
  }

  function choose(told) {
    const select = make(
      'select',
      { id: 'proberen-beslissing', onchange: (event) => { decision = event.target.value; refresh(); } },
      ...told.decisions.map(([id, name]) => make('option', { value: id, text: name, selected: id === told.decision_id })),
    );
    return labelled('proberen-beslissing', 'Beslissing', select);
  }

  function field({ path, label, type, values }) {
    const id = `proberen-${path.replaceAll('.', '-')}`;
    const choices = values.length ? values : type === 'boolean' ? ['true', 'false'] : [];
    const set = (event) => { given[path] = event.target.value; later(); };
    const input = choices.length
      ? make('select', { id, onchange: set }, make('option', { value: '', text: '(leeg)' }), ...choices.map((value) => make('option', { value, text: { true: 'ja', false: 'nee' }[value] || value, selected: given[path] === value })))
      : make('input', { id, type: type === 'date' ? 'date' : 'text', autocomplete: 'off', value: given[path] || '', oninput: set });
    return labelled(id, label, input, path === label ? '' : path);
  }

  return {
    /** The table changed. */
    show(next) {
      content = next;
      later();
    },
  };
}

function labelled(id, text, input, code = '') {
  return make('div', { class: 'cr-veld' }, make('label', { for: id }, text, code ? make('code', { class: 'cr-zacht', text: ` ${code}` }) : null), input);
}
