/** Who else has this file open. Asked every 20 seconds, while somebody can see the page. */
const EVERY_MS = 20_000;

/** @param {(others: string[]) => void} told */
export function keepPresent(server, told) {
  async function ask() {
    if (document.visibilityState === 'visible') {
      told(await server.present());
    }
  }
  const attempt = () => ask().catch(() => undefined);
  setInterval(attempt, EVERY_MS);
  document.addEventListener('visibilitychange', attempt);
  attempt();
}
