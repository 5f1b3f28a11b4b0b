import { post } from './post.js';

const PAUSE_MS = 250;

/** Ask the server which questions belong to the answers of now. Gives a function that asks again. */
export function follow(form) {
  const url = form.dataset.veldenUrl;
  let timer = 0;
  let asked = 0;
  async function ask() {
    const mine = ++asked;
    try {
      const state = await post(form, url);
      if (mine === asked) show(state);
    } catch {
      // The server checks all the same when the form is handed in.
    }
  }
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  };
  if (url && form.querySelector('[name="_bijwerken"]')) form.addEventListener('input', later);
  return later;
}

function show({ hidden, values }) {
  for (const [id, gone] of Object.entries(hidden)) {
    const block = document.getElementById(`${id}-blok`) || document.getElementById(id);
    if (block) block.hidden = gone;
  }
  for (const [id, text] of Object.entries(values)) {
    const output = document.getElementById(id);
    if (output) output.textContent = text;
  }
}
