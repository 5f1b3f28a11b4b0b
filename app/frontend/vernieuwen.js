/**
 * Keeps the parts of a page that say so up to date, while somebody looks at it: `data-vernieuw` tells after
 * how many seconds. Where no part says so any more, it is over. Without this script a link does the same.
 */
const parts = () => [...document.querySelectorAll('[data-vernieuw][id]')];
let over = false;
const status = document.getElementById('vernieuwd');

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, redirect: 'error' });
  if (!answer.ok) {
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  // Asked first: the parts are taken out of this page.
  over = !page.querySelector('[data-vernieuw]');
  for (const part of parts()) {
    const now = page.getElementById(part.id);
    // What somebody is at is not taken from under their hands.
    if (part.contains(document.activeElement)) {
      continue;
    }
    if (now) {
      part.replaceWith(document.adoptNode(now));
    } else {
      part.remove();
    }
  }
  if (over && status) {
    status.textContent = 'Klaar.';
  }
}

function wait() {
  const seconds = Math.min(...parts().map((part) => Number(part.dataset.vernieuw)));
  if (over || !Number.isFinite(seconds)) {
    return;
  }
  setTimeout(async () => {
    if (document.visibilityState === 'visible') {
      await refresh().catch(() => undefined);
    }
    wait();
  }, seconds * 1000);
}

wait();
