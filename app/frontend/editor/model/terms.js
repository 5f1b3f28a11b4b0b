/**
 * Terms as people choose them, from and to the FEEL that the diagrams say them in.
 *
 * @typedef {object} Term
 * @property {'geen' | 'werkdagen' | 'datum' | 'duur' | 'anders'} kind
 * @property {number} [days]   working days, or days for `duur`
 * @property {number} [urgent] working days when the case is urgent
 * @property {string} [date]   variable with a date
 * @property {string} [text]   what it says, for `anders`
 */
const WORKING = /^=\s*add working days\(now\(\),\s*(\d+)\)$/;
const URGENT = /^=\s*add working days\(now\(\),\s*if spoed = "ja" then (\d+) else (\d+)\)$/;
const DATE = /^=\s*date and time\(([A-Za-z_][\w.]*)\)$/;
const DAYS = /^P(\d+)D$/;

/** @returns {Term} */
export function readTerm(text) {
  if (!text?.trim()) {
    return { kind: 'geen' };
  }
  const working = WORKING.exec(text);
  if (working) {
    return { kind: 'werkdagen', days: Number(working[1]) };
  }
  const urgent = URGENT.exec(text);
  if (urgent) {
    return { kind: 'werkdagen', days: Number(urgent[2]), urgent: Number(urgent[1]) };
  }
  const date = DATE.exec(text);
  if (date) {
    return { kind: 'datum', date: date[1] };
  }
  const duration = DAYS.exec(text);
  if (duration) {
    return { kind: 'duur', days: Number(duration[1]) };
  }
  return { kind: 'anders', text };
}

/** @param {Term} term @returns {string | undefined} */
export function writeTerm(term) {
  switch (term.kind) {
    case 'werkdagen':
      return term.urgent === undefined
        ? `=add working days(now(), ${term.days})`
        : `=add working days(now(), if spoed = "ja" then ${term.urgent} else ${term.days})`;
    case 'datum':
      return term.date ? `=date and time(${term.date})` : undefined;
    case 'duur':
      return `P${term.days}D`;
    case 'anders':
      return term.text || undefined;
    default:
      return undefined;
  }
}

/** "5 werkdagen", for the step list. */
export function termInWords(text) {
  const term = readTerm(text);
  switch (term.kind) {
    case 'werkdagen': {
      const days = `${term.days} ${term.days === 1 ? 'werkdag' : 'werkdagen'}`;
      return term.urgent === undefined ? days : `${days}, bij spoed ${term.urgent}`;
    }
    case 'datum':
      return `op ${term.date}`;
    case 'duur':
      return `${term.days} ${term.days === 1 ? 'dag' : 'dagen'}`;
    case 'anders':
      return 'volgens een formule';
    default:
      return '';
  }
}
