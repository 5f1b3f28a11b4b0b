/** The kinds of parts that a form can have, in the words of the screen; the order is that of the menu. */

/** @typedef {{ type: string, name: string, make: () => object }} Kind */

/** @type {Record<string, Kind>} */
export const KINDS = {
  kort: { type: 'textfield', name: 'Korte tekst', make: () => ({ type: 'textfield', label: 'Nieuwe vraag' }) },
  lang: { type: 'textarea', name: 'Lange tekst', make: () => ({ type: 'textarea', label: 'Nieuwe vraag' }) },
  getal: { type: 'number', name: 'Getal', make: () => ({ type: 'number', label: 'Nieuw getal' }) },
  datum: {
    type: 'datetime', name: 'Datum of tijd',
    make: () => ({ type: 'datetime', subtype: 'date', dateLabel: 'Nieuwe datum' }),
  },
  vinkje: { type: 'checkbox', name: 'Vinkje', make: () => ({ type: 'checkbox', label: 'Nieuw vinkje' }) },
  rondjes: { type: 'radio', name: 'Eén keuze, alles in beeld', make: () => choice('radio') },
  keuze: { type: 'select', name: 'Eén keuze uit een lijst', make: () => choice('select') },
  vinkjes: { type: 'checklist', name: 'Meer keuzes, alles in beeld', make: () => choice('checklist') },
  labels: { type: 'taglist', name: 'Meer keuzes uit een lijst', make: () => choice('taglist') },
  bestanden: { type: 'filepicker', name: 'Bestanden', make: () => ({ type: 'filepicker', label: 'Bijlagen', multiple: true }) },
  berekening: {
    type: 'expression', name: 'Berekening',
    make: () => ({ type: 'expression', label: 'Nieuwe berekening', expression: '=1 + 1' }),
  },
  tekst: { type: 'text', name: 'Tekst om te lezen', make: () => ({ type: 'text', text: 'Nieuwe tekst' }) },
  groep: { type: 'group', name: 'Groep van vragen', make: () => ({ type: 'group', label: 'Nieuwe groep', showOutline: true, components: [] }) },
  regels: {
    type: 'dynamiclist', name: 'Regels die zich herhalen',
    make: () => ({ type: 'dynamiclist', label: 'Nieuwe regels', showOutline: true, defaultRepetitions: 1, allowAddRemove: true, components: [] }),
  },
  streep: { type: 'separator', name: 'Streep', make: () => ({ type: 'separator' }) },
};

function choice(type) {
  return {
    type,
    label: 'Nieuwe keuze',
    values: [{ label: 'Ja', value: 'ja' }, { label: 'Nee', value: 'nee' }],
  };
}

export const CONTAINERS = ['group', 'dynamiclist'];
export const CHOICES = ['radio', 'select', 'checklist', 'taglist'];
/** Parts that give an answer under a key. */
export const INPUTS = [
  'textfield', 'textarea', 'number', 'datetime', 'checkbox', ...CHOICES, 'filepicker', 'expression',
];

const NAMES = Object.fromEntries(Object.values(KINDS).map((kind) => [kind.type, kind.name]));

/** What a part is, in words. */
export function kindName(type) {
  return NAMES[type] || { html: 'Opgemaakte tekst', spacer: 'Ruimte', table: 'Tabel', button: 'Knop' }[type] || type;
}

/** What a part is called in the list: its label, else the beginning of its text. */
export function partName(part) {
  const text = part.label || part.dateLabel || part.timeLabel || part.text || part.content || '';
  // Of a template the names of what it shows say most.
  const shown = String(text).replace(/\{\{[#/].*?\}\}/gs, ' ').replace(/\{\{\s*([\w.]+).*?\}\}/gs, '‹$1›');
  const plain = shown.replace(/[*#]/g, '').replace(/\s+/g, ' ').trim();
  return plain.slice(0, 80) || kindName(part.type);
}
