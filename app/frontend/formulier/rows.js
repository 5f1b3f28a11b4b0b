/** Add or remove a row without leaving the page: the server draws, this puts it in place and keeps the focus. */
export function rowsInPlace(form, changed) {
  form.addEventListener('click', async (event) => {
    const button = event.target.closest('button[name="_rij"]');
    if (!button) return;
    event.preventDefault();
    const data = new FormData(form);
    data.append('_rij', button.value);
    const answer = await fetch(form.action, { method: 'POST', body: data });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('#taakformulier .cr-velden');
    if (!fresh) {
      form.requestSubmit(button);
      return;
    }
    form.querySelector('.cr-velden').replaceWith(document.importNode(fresh, true));
    focusRow(form, button.value);
    changed();
    form.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

function focusRow(form, action) {
  const name = action.split(':')[0];
  const again = form.querySelector(`button[name="_rij"][value="${CSS.escape(name)}:voegtoe"]`);
  const rows = again ? again.parentElement.querySelectorAll(':scope > .cr-rij') : [];
  const last = rows[rows.length - 1];
  const field = action.endsWith(':voegtoe') && last ? last.querySelector('input, select, textarea') : null;
  (field || again)?.focus();
}
