/**
 * Saves by itself. Until the server has it, the work stands in this browser too; without a connection it is
 * tried again and again; what a colleague saved meanwhile is merged by the server or shown to be chosen from.
 *
 * @typedef {'bewaard' | 'bezig' | 'wacht' | 'weg' | 'uitgelogd' | 'geweigerd' | 'conflict'} Stand
 */
import { Refused, SignedOut, Unreachable } from '../server.js';

const KEEP_MS = 150;
const REST_MS = 800;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 30_000;

/**
 * @param {object} given
 * @param {any} given.server
 * @param {ReturnType<import('./local_copy.js').createLocalCopy>} given.copy
 * @param {() => Promise<string>} given.content   of what is drawn now
 * @param {(xml: string) => Promise<void>} given.replace   show a file as one change that can be undone
 * @param {(xml: string) => Promise<void>} given.absorb    show a file with what a colleague did
 * @param {(answer: any) => Promise<'mine' | 'theirs' | null>} given.choose   in a conflict
 * @param {(state: {stand: Stand, text: string, at?: Date}) => void} given.told
 */
export function createSaving({ server, copy, content, replace, absorb, choose, told }) {
  let revision = 0;
  let saved = '';
  let timer = 0;
  let keeping = 0;
  let running = false;
  let again = false;
  let retry = FIRST_RETRY_MS;
  let stand = 'bewaard';
  /** Somebody still has to choose between two versions; until then nothing is sent. */
  let held = false;

  const tell = (next, text = '') => {
    stand = next;
    told({ stand: next, text, at: new Date() });
  };

  async function run() {
    clearTimeout(timer);
    if (running) {
      again = true;
      return;
    }
    const xml = await content();
    if (xml === saved) {
      copy.drop();
      if (stand !== 'bewaard') {
        tell('bewaard');
      }
      return;
    }
    running = true;
    const kept = copy.keep(xml, revision);
    tell('bezig');
    try {
      await handle(xml, await server.save(xml, revision));
      retry = FIRST_RETRY_MS;
    } catch (error) {
      failed(error, kept);
    } finally {
      running = false;
    }
    if (again) {
      again = false;
      await run();
    }
  }

  async function handle(xml, answer) {
    if (answer.conflicts) {
      await conflict(xml, answer);
      return;
    }
    const drawn = await content();
    if (answer.merged && drawn === xml) {
      await take(answer, 'Samengevoegd met wat een collega intussen veranderde.');
      return;
    }
    if (answer.merged) {
      // Somebody went on drawing meanwhile: the old revision lets the server merge that too.
      again = true;
      return;
    }
    revision = answer.revision;
    saved = xml;
    if (drawn === xml) {
      copy.drop();
      tell('bewaard');
    } else {
      copy.keep(drawn, revision);
      again = true;
    }
  }

  /** Go on from what the server has. */
  async function take({ content: xml, revision: at }, text) {
    revision = at;
    await absorb(xml);
    saved = await content();
    copy.drop();
    tell('bewaard', text);
  }

  /** While nothing waits here, what colleagues save comes in by itself: the fewer surprises later. */
  async function pull() {
    if (stand !== 'bewaard' || running) {
      return;
    }
    const loaded = await server.load();
    if (loaded.revision > revision && stand === 'bewaard' && !running && (await content()) === saved) {
      await take(loaded, 'Bijgewerkt met wat een collega veranderde.');
    }
  }

  async function conflict(xml, answer) {
    tell('conflict', `${answer.by} veranderde intussen hetzelfde.`);
    const chosen = await choose(answer);
    held = chosen === null;
    if (chosen === 'theirs' && answer.content === null) {
      copy.drop();
      saved = xml;
      tell('geweigerd', `${answer.by} haalde dit bestand uit het concept. Wat u hier nog verandert wordt niet bewaard.`);
    } else if (chosen === 'theirs') {
      revision = answer.revision;
      await replace(answer.content);
      saved = await content();
      copy.drop();
      tell('bewaard', `De versie van ${answer.by} staat er nu. Met Ctrl+Z ziet u uw eigen versie terug.`);
    } else if (chosen === 'mine') {
      revision = answer.revision;
      saved = '';
      again = true;
    } else {
      tell('conflict', `Nog niet bewaard: ${answer.by} veranderde hetzelfde.`);
    }
  }

  function failed(error, kept) {
    const safe = kept ? ' Uw werk staat veilig in deze browser.' : ' Houd deze pagina open.';
    if (error instanceof Unreachable) {
      tell('weg', `Nog niet bewaard: geen verbinding.${safe}`);
      timer = setTimeout(run, retry);
      retry = Math.min(retry * 2, LAST_RETRY_MS);
    } else if (error instanceof SignedOut) {
      tell('uitgelogd', `Nog niet bewaard: u bent uitgelogd. Log in een ander tabblad weer in.${safe}`);
      timer = setTimeout(attempt, LAST_RETRY_MS);
    } else if (error instanceof Refused) {
      tell('geweigerd', `Nog niet bewaard: ${error.message}`);
    } else {
      tell('weg', `Nog niet bewaard.${safe}`);
      throw error;
    }
  }

  /** Try at once, also after signing in again. */
  async function attempt() {
    held = false;
    if (stand === 'uitgelogd') {
      await server.renewToken().catch(() => undefined);
    }
    await run();
  }

  /** What the server does not have yet, in this browser. */
  async function keep() {
    clearTimeout(keeping);
    const xml = await content();
    if (xml !== saved) {
      copy.keep(xml, revision);
    }
  }

  addEventListener('online', attempt);
  addEventListener('pagehide', keep);
  addEventListener('focus', () => ['weg', 'uitgelogd'].includes(stand) && attempt());
  addEventListener('beforeunload', (event) => stand !== 'bewaard' && event.preventDefault());

  return {
    get stand() {
      return stand;
    },
    get revision() {
      return revision;
    },
    /** What the server has, as this editor writes it. */
    begin(xml, at) {
      saved = xml;
      revision = at;
      tell('bewaard', 'Alles is bewaard.');
    },
    changed() {
      if (stand === 'bewaard') {
        tell('wacht');
      }
      clearTimeout(keeping);
      keeping = setTimeout(keep, KEEP_MS);
      clearTimeout(timer);
      if (!held) {
        timer = setTimeout(run, REST_MS);
      }
    },
    now: attempt,
    pull,
  };
}
