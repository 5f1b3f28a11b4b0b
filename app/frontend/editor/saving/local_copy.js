/**
 * A copy of unsaved work in this browser, per file of a draft, until the server has it. Diagrams hold no
 * data about people.
 */
const PREFIX = 'casusroute:concept:';

/** @param {string} address of the file */
export function createLocalCopy(address) {
  const key = PREFIX + address;
  return {
    /** @returns {boolean} whether the browser could keep it */
    keep(content, revision) {
      try {
        localStorage.setItem(key, JSON.stringify({ content, revision, at: Date.now() }));
        return true;
      } catch {
        return false;
      }
    },

    /** @returns {{content: string, revision: number, at: number} | null} */
    found() {
      try {
        const copy = JSON.parse(localStorage.getItem(key) || 'null');
        return typeof copy?.content === 'string' && Number.isInteger(copy.revision) ? copy : null;
      } catch {
        return null;
      }
    },

    drop() {
      try {
        localStorage.removeItem(key);
      } catch {
        // Nothing was kept then.
      }
    },
  };
}
