/** The choices of a question: a list of their own, or one that an expression gives. */
import { make } from './dom.js';
import { keyFrom } from './model.js';

/** @param {(path: string, value: unknown) => void} set */
export function options(part, set) {
  const source = part.valuesExpression !== undefined ? 'valuesExpression' : part.valuesKey !== undefined ? 'valuesKey' : 'values';
  const id = `eig-${part.id}-bron`;
  const choose = make(
    'select',
    { id, onchange: (event) => from(part, set, event.target.value) },
    ...[['values', 'hier opgeschreven'], ['valuesExpression', 'uit een berekening (FEEL)'], ['valuesKey', 'uit een gegeven van de casus']].map(([value, text]) => make('option', { value, text, selected: value === source })),
  );
  const head = make('div', { class: 'cr-veld' }, make('label', { for: id, text: 'De keuzes staan' }), choose);
  if (source === 'values') return [head, ownChoices(part, set)];
  const input = make('textarea', { id: `eig-${part.id}-keuzes`, rows: 2, class: 'cr-code', spellcheck: 'false', value: part[source] || '', oninput: (event) => set(source, event.target.value) });
  const help = source === 'valuesExpression' ? 'Bijvoorbeeld =referentie.gemeenten' : 'De naam van een lijst.';
  input.setAttribute('aria-describedby', `${input.id}-uitleg`);
  return [head, make('div', { class: 'cr-veld' }, make('label', { for: input.id, text: 'Waarvandaan' }), make('p', { class: 'cr-veld__uitleg', id: `${input.id}-uitleg`, text: help }), input)];
}

/** The other sources go away: a question has one. */
function from(part, set, source) {
  const first = { values: part.values || [{ label: 'Ja', value: 'ja' }], valuesExpression: '=[]', valuesKey: 'lijst' };
  set('*', { values: undefined, valuesExpression: undefined, valuesKey: undefined, [source]: first[source] });
}

function ownChoices(part, set) {
  const values = part.values || [];
  const change = (next) => set('values', next);
  const rows = values.map((one, index) => row(part, values, one, index, change));
  const more = make('button', {
    type: 'button', id: `eig-${part.id}-keuze-erbij`, class: 'cr-knop cr-knop--klein', text: 'Keuze toevoegen',
    onclick: () => change([...values, { label: 'Nieuwe keuze', value: unused(values, 'nieuwe_keuze') }]),
  });
  return make('fieldset', { class: 'cr-keuzes' }, make('legend', { text: 'Keuzes' }), make('ol', {}, ...rows), more);
}

function row(part, values, one, index, change) {
  const id = `eig-${part.id}-keuze-${index}`;
  const swap = (step) => {
    const next = [...values];
    [next[index], next[index + step]] = [next[index + step], next[index]];
    change(next);
  };
  const edit = (patch) => change(values.map((each, at) => (at === index ? { ...each, ...patch } : each)));
  // A value that came from its label goes along with it, until somebody gives it another.
  const follows = one.value === keyFrom(one.label || '');
  return make(
    'li', {},
    input(`${id}-naam`, `Keuze ${index + 1}`, one.label, (value) => edit({ label: value, ...(follows && value ? { value: keyFrom(value) } : {}) })),
    input(`${id}-waarde`, `Waarde van keuze ${index + 1}`, one.value, (value) => edit({ value }), 'cr-code'),
    make(
      'span', { class: 'cr-deel__doen' },
      button('↑', `Omhoog: ${one.label}`, `${id}-op`, index > 0 && (() => swap(-1))),
      button('↓', `Omlaag: ${one.label}`, `${id}-neer`, index < values.length - 1 && (() => swap(1))),
      button('Weg', `Weg: ${one.label}`, `${id}-weg`, values.length > 1 && (() => change(values.filter((_, at) => at !== index)))),
    ),
  );
}

function input(id, label, value, oninput, kind = '') {
  return make('input', { type: 'text', id, class: kind || undefined, 'aria-label': label, autocomplete: 'off', value: value ?? '', oninput: (event) => oninput(event.target.value) });
}

function button(text, label, id, work) {
  return make('button', { type: 'button', id, class: 'cr-knop cr-knop--klein', 'aria-label': label, title: label, text, disabled: !work, onclick: work || undefined });
}

function unused(values, wanted) {
  const used = new Set(values.map((one) => one.value));
  if (!used.has(wanted)) return wanted;
  for (let number = 2; ; number += 1) if (!used.has(`${wanted}_${number}`)) return `${wanted}_${number}`;
}
