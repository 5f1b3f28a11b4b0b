/** What can be set of the chosen part, in plain words; the technical part is folded away. */
import { make, redraw } from './dom.js';
import { CHOICES, CONTAINERS, INPUTS, kindName } from './kinds.js';
import { get, keyFrom } from './model.js';
import { options } from './options.js';

/**
 * @param {HTMLElement} element
 * @param {(path: string, value: unknown) => void} set
 */
export function createPanel(element, set) {
  const open = new Set();
  return function draw(part) {
    if (!part) {
      redraw(element, make('p', { class: 'cr-zacht', text: 'Kies links een vraag, of voeg er een toe.' }));
      return;
    }
    const technical = technicalFields(part, set);
    const details = make(
      'details',
      { class: 'cr-technisch', ontoggle: (event) => open[event.target.open ? 'add' : 'delete'](part.id) },
      make('summary', { text: 'Technisch' }),
      make('div', { class: 'cr-formulier' }, ...technical),
    );
    details.open = open.has(part.id);
    redraw(
      element,
      make('p', { class: 'cr-zacht', text: kindName(part.type) }),
      make('div', { class: 'cr-formulier' }, ...plainFields(part, set), technical.length ? details : null),
    );
  };
}

function plainFields(part, set) {
  const kind = part.type;
  const fields = [];
  const field = (...given) => fields.push(text(part, set, ...given));
  if (kind === 'datetime') {
    fields.push(pick(part, set, 'subtype', 'Wat wordt er gevraagd?', [['date', 'een datum'], ['time', 'een tijd'], ['datetime', 'een datum en een tijd']]));
    field(part.subtype === 'time' ? 'timeLabel' : 'dateLabel', 'Vraag');
  } else if (kind === 'text') {
    fields.push(area(part, set, 'text', 'Tekst', 'Met **sterretjes** wordt tekst vet; {{naam}} toont een gegeven.'));
  } else if (kind === 'html') {
    fields.push(area(part, set, 'content', 'Tekst (HTML)'));
  } else if (kind !== 'separator' && kind !== 'spacer') {
    field('label', CONTAINERS.includes(kind) ? 'Kop' : 'Vraag');
  }
  if (INPUTS.includes(kind) && kind !== 'expression') {
    fields.push(area(part, set, 'description', 'Uitleg bij de vraag'));
    fields.push(tick(part, set, 'validate.required', 'Verplicht'));
  }
  if (CHOICES.includes(kind)) fields.push(...options(part, set));
  if (kind === 'number') {
    fields.push(number(part, set, 'validate.min', 'Minstens'), number(part, set, 'validate.max', 'Hoogstens'));
    fields.push(number(part, set, 'decimalDigits', 'Cijfers achter de komma'));
  }
  if (kind === 'textfield') {
    fields.push(pick(part, set, 'validate.validationType', 'Wat voor tekst?', [['', 'gewone tekst'], ['email', 'een e-mailadres'], ['phone', 'een telefoonnummer']], true));
  }
  if (kind === 'textfield' || kind === 'textarea') {
    fields.push(number(part, set, 'validate.minLength', 'Minstens zoveel tekens'), number(part, set, 'validate.maxLength', 'Hoogstens zoveel tekens'));
  }
  if (kind === 'datetime' && part.subtype !== 'time') fields.push(tick(part, set, 'disallowPassedDates', 'Alleen vandaag of later'));
  if (kind === 'dynamiclist') fields.push(number(part, set, 'defaultRepetitions', 'Regels om mee te beginnen'));
  if (kind === 'expression') fields.push(area(part, set, 'expression', 'Berekening (FEEL)', 'Bijvoorbeeld =aantal * 2', true));
  fields.push(area(part, set, 'conditional.hide', 'Verbergen als (FEEL)', 'Leeg: altijd tonen. Bijvoorbeeld =spoed != "ja"', true));
  return fields;
}

function technicalFields(part, set) {
  const fields = [];
  if (INPUTS.includes(part.type)) {
    fields.push(text(part, set, 'key', 'Sleutel', 'Onder deze naam staat het antwoord in de casus. Veranderen raakt diagrammen die hem gebruiken.'));
    const propose = keyFrom(part.label || part.dateLabel || part.timeLabel || '');
    if (propose !== part.key) {
      fields.push(make('p', {}, make('button', { type: 'button', id: `eig-sleutel-${part.id}`, class: 'cr-knop cr-knop--klein', text: `Gebruik ‘${propose}’`, onclick: () => set('key', propose) })));
    }
  }
  if (CONTAINERS.includes(part.type)) fields.push(text(part, set, 'path', 'Sleutel', part.type === 'group' ? 'Leeg: de antwoorden staan los in de casus.' : 'Onder deze naam staat de lijst in de casus.'));
  if (part.type === 'textfield') {
    fields.push(text(part, set, 'validate.pattern', 'Patroon'), text(part, set, 'validate.patternErrorMessage', 'Melding als het niet past'));
    fields.push(pick(part, set, 'properties.opmaak', 'Controle', [['', 'geen'], ['bsn', 'burgerservicenummer (elfproef)']], true));
  }
  if (INPUTS.includes(part.type) && !['expression', 'filepicker'].includes(part.type)) {
    fields.push(text(part, set, 'properties.beginwaarde', 'Beginwaarde (FEEL)', 'Wat er staat als nog niemand iets invulde. Bijvoorbeeld =ik.naam'));
  }
  return fields;
}

const idOf = (part, path) => `eig-${part.id}-${path.replaceAll('.', '-')}`;

function labelled(part, path, label, input, help) {
  const id = idOf(part, path);
  input.id = id;
  if (help) input.setAttribute('aria-describedby', `${id}-uitleg`);
  return make(
    'div', { class: 'cr-veld' },
    make('label', { for: id, text: label }),
    help ? make('p', { class: 'cr-veld__uitleg', id: `${id}-uitleg`, text: help }) : null,
    input,
  );
}

const given = (value) => (value === '' ? undefined : value);

function text(part, set, path, label, help) {
  const input = make('input', { type: 'text', autocomplete: 'off', value: get(part, path) ?? '', oninput: (event) => set(path, given(event.target.value)) });
  return labelled(part, path, label, input, help);
}

function area(part, set, path, label, help, code = false) {
  const value = get(part, path) ?? '';
  const rows = Math.min(8, Math.max(2, value.split('\n').length + (value.length > 60 ? 1 : 0)));
  const input = make('textarea', { rows, class: code ? 'cr-code' : undefined, spellcheck: code ? 'false' : undefined, value, oninput: (event) => set(path, given(event.target.value)) });
  return labelled(part, path, label, input, help);
}

function number(part, set, path, label) {
  const input = make('input', {
    type: 'text', inputmode: 'numeric', value: get(part, path) ?? '',
    oninput: (event) => {
      const value = event.target.value.trim();
      const wrong = value !== '' && !/^-?\d{1,9}$/.test(value);
      event.target.setAttribute('aria-invalid', String(wrong));
      if (!wrong) set(path, value === '' ? undefined : Number(value));
    },
  });
  const field = labelled(part, path, label, input);
  field.classList.add('cr-veld--smal');
  return field;
}

function tick(part, set, path, label) {
  const id = idOf(part, path);
  const input = make('input', { type: 'checkbox', id, checked: get(part, path) === true, onchange: (event) => set(path, event.target.checked || undefined) });
  return make('div', { class: 'cr-veld cr-veld--vinkje' }, input, make('label', { for: id, text: label }));
}

function pick(part, set, path, label, choices, optional = false) {
  const now = get(part, path) ?? choices[0][0];
  const select = make('select', { onchange: (event) => set(path, optional ? given(event.target.value) : event.target.value) }, ...choices.map(([value, name]) => make('option', { value, text: name, selected: value === now })));
  return labelled(part, path, label, select);
}
