/** Send what is filled in now, without files, and read the JSON that comes back. */
export async function post(form, url) {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') data.append(name, value);
  const answer = await fetch(url, {
    method: 'POST',
    body: data,
    headers: { Accept: 'application/json', 'X-CSRFToken': form.elements.csrf_token.value },
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.melding || 'Dat lukte niet.');
  return body;
}
