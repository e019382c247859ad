/* What the page asks of the server; every failure becomes an error with a line for people. */

async function request(method, path, body) {
  const options = {method, body, headers: {}};
  if (body !== undefined && !(body instanceof Blob)) {
    options.body = JSON.stringify(body);
    options.headers['Content-Type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch('api/' + path, options);
  } catch {
    throw new Error('The server does not answer. Is it still running?');
  }
  if (!response.ok) {
    const text = (await response.text()).trim();
    throw Object.assign(new Error(text || 'The server answered ' + response.status), {status: response.status});
  }
  return response;
}

async function json(method, path, body) {
  return (await request(method, path, body)).json();
}

export const world = () => json('GET', 'world');
export const startPicture = (index) => `api/starts/${index}.png`;
/** Starts a game from one of the world's frames, by its number, or from a picture, a blob. */
export const start = (from) => json('POST', 'games', from instanceof Blob ? from : {start: from});
export const show = (game) => json('GET', 'games/' + game);
export const step = (game, action) => json('POST', `games/${game}/step`, {action});
export const undo = (game, steps) => json('POST', `games/${game}/undo`, {steps});
export const close = (game) => request('DELETE', 'games/' + game);
export const gif = async (game) => (await request('GET', `games/${game}/gif`)).blob();
