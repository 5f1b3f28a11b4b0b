/** All that the editor asks of the server, and what can come of it. */

/** No answer: no connection, or a server that is not there for a while. */
export class Unreachable extends Error {}
/** Signed out meanwhile: somebody has to sign in before anything can be saved. */
export class SignedOut extends Error {}
/** The server said no, in Dutch. */
export class Refused extends Error {}

const LONGEST_MS = 30_000;

/**
 * @typedef {object} Saved
 * @property {number} revision
 * @property {boolean} [merged]
 * @property {string} [content]  of a merge
 * @property {string} [by]
 * @property {{element: string, name: string, mine: string, theirs: string}[]} [conflicts] then nothing was saved
 */

/** @param {HTMLElement} root with the addresses as data-… */
export function createServer(root) {
  const { bestand, bestanden, controleren, herstellen, kennis, aanwezig } = root.dataset;
  let token = root.dataset.csrf;

  async function send(address, { signal, ...options } = {}) {
    const headers = { Accept: 'application/json', 'X-CSRFToken': token, ...options.headers };
    let answer;
    try {
      const limit = AbortSignal.timeout(LONGEST_MS);
      const until = signal ? AbortSignal.any([signal, limit]) : limit;
      answer = await fetch(address, { credentials: 'same-origin', redirect: 'manual', ...options, signal: until, headers });
    } catch (error) {
      throw signal?.aborted ? error : new Unreachable(error.message);
    }
    if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 400) {
      throw new SignedOut();
    }
    if (answer.status >= 500 || answer.status === 429) {
      throw new Unreachable(String(answer.status));
    }
    return answer;
  }

  async function read(answer) {
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      throw new Refused(said.message || said.melding || 'Dit kan niet.');
    }
    return said;
  }

  const json = (address, body, signal) =>
    send(address, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' }, signal });

  return {
    /** @returns {Promise<{content: string, revision: number}>} */
    async load() {
      const answer = await send(bestand, { headers: { Accept: '*/*' } });
      if (!answer.ok) {
        throw new Refused('Dit bestand staat niet in dit concept.');
      }
      return { content: await answer.text(), revision: revisionOf(answer) };
    },

    /** @returns {Promise<Saved>} */
    async save(content, revision) {
      const answer = await send(bestand, { method: 'PUT', body: content, headers: fileHeaders(revision, 'xml') });
      return answer.status === 409 ? answer.json() : read(answer);
    },

    /** Another file of the draft, new: raises Refused when it is there already. */
    async create(name, content) {
      const answer = await send(addressOf(name), { method: 'PUT', body: content, headers: fileHeaders(0, 'json') });
      return read(answer);
    },

    async check(content, signal) {
      return read(await json(controleren, { file: root.dataset.naam, content }, signal));
    },

    async repair(content, element, repair) {
      const answer = await json(herstellen, { file: root.dataset.naam, content, element, repair });
      return (await read(answer)).content;
    },

    async knowledge() {
      return read(await send(kennis));
    },

    async present() {
      return (await read(await send(aanwezig, { method: 'POST' }))).others;
    },

    /** After somebody signed in again in another tab, this page needs the token of the new session. */
    async renewToken() {
      const answer = await send(location.href, { headers: { Accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      token = page.getElementById(root.id)?.dataset.csrf || token;
    },
  };

  function addressOf(name) {
    return bestanden.replace('NAAM', encodeURIComponent(name));
  }
}

function fileHeaders(revision, kind) {
  return { 'If-Match': `"${revision}"`, 'Content-Type': `application/${kind}; charset=utf-8` };
}

function revisionOf(answer) {
  return Number((answer.headers.get('ETag') || '').replace(/^W\//, '').replaceAll('"', '')) || 0;
}
