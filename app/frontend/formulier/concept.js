import { post } from './post.js';

const PAUSE_MS = 1500;

/** Keep what is typed on the server, and warn before leaving when that hasn't succeeded. */
export function keepConcept(form) {
  const url = form.dataset.conceptUrl;
  const status = document.getElementById('concept-status');
  let timer = 0;
  let unsaved = false;
  let over = false;

  async function save() {
    if (over) return;
    unsaved = false;
    try {
      const { melding } = await post(form, url);
      if (status && !over) status.textContent = melding;
    } catch (error) {
      unsaved = true;
      if (status) status.textContent = `Niet bewaard: ${error.message}`;
    }
  }

  addEventListener('beforeunload', (event) => {
    if (unsaved && !over) event.preventDefault();
  });
  return {
    touch() {
      if (!url) return;
      unsaved = true;
      clearTimeout(timer);
      timer = setTimeout(save, PAUSE_MS);
    },
    done() {
      over = true;
      clearTimeout(timer);
    },
  };
}
