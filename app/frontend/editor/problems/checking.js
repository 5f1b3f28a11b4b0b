/** Asks the server what is wrong, a moment after the last change; of several answers only the last counts. */
import { SignedOut, Unreachable } from '../server.js';

const REST_MS = 400;

/**
 * @typedef {{file: string, element: string | null, message: string, severity: 'error' | 'warning', rule: string,
 *   trace: string[][], repair: {id: string, label: string} | null}} Problem
 *
 * @param {{server: any, content: () => Promise<string>, told: (state: any) => void}} given
 */
export function createChecking({ server, content, told }) {
  let timer = 0;
  let asked = new AbortController();
  let checked = '';

  async function run() {
    const xml = await content();
    if (xml === checked) {
      return;
    }
    asked.abort();
    asked = new AbortController();
    const mine = asked;
    try {
      const { problems, complete, ms } = await server.check(xml, mine.signal);
      if (mine === asked) {
        checked = xml;
        told({ problems, complete, ms, failed: '' });
      }
    } catch (error) {
      if (error.name !== 'AbortError' && mine === asked) {
        told({ failed: reason(error) });
      }
    }
  }

  return {
    later() {
      clearTimeout(timer);
      timer = setTimeout(run, REST_MS);
    },
    now: run,
    /** Check again although nothing changed here: another file of the draft did. */
    again() {
      checked = '';
      return run();
    },
  };
}

function reason(error) {
  if (error instanceof SignedOut) {
    return 'U bent uitgelogd; daarom is er niet gecontroleerd.';
  }
  return error instanceof Unreachable
    ? 'Er is geen verbinding; daarom is er niet gecontroleerd.'
    : 'De controle is niet gelukt.';
}
