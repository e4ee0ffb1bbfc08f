// Real servers on loopback: the application's server, whose answer depends on the path, and the endpoint, which keeps bundles.

import { createServer } from 'node:http';

// `answer(request, body)` returns { status, headers, body, delay }, or null to break the connection.
export async function serve(answer) {
  const requests = [];
  const sockets = new Set();
  const server = createServer((request, response) => {
    let body = '';
    const record = { method: request.method, url: request.url, headers: request.headers, body: '' };
    requests.push(record);
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      record.body = body;
      const made = answer(request, body);
      if (!made) return request.socket.destroy();
      const respond = () => {
        response.writeHead(made.status || 200, { 'content-type': 'application/json', ...made.headers });
        response.end(made.body === undefined ? '{"ok":true}' : made.body);
      };
      // A pending answer must not keep the process alive after the test.
      if (made.delay) setTimeout(respond, made.delay).unref();
      else respond();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

// Paths: /status/404, /slow/300, /break, /text, /timing. Any other is answered with 200.
export const site = () =>
  serve(({ url }) => {
    const [, what, value] = url.split('?')[0].split('/');
    if (what === 'status') return { status: +value };
    if (what === 'slow') return { delay: +value };
    if (what === 'break') return null;
    if (what === 'text') return { headers: { 'content-type': 'text/plain' }, body: 'no JSON' };
    if (what === 'timing') {
      return { headers: { 'Server-Timing': 'db;dur=3, traceparent;desc="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"' } };
    }
    return {};
  });

// Keeps bundles. `reply(count)` gets the request's number and may answer with a failure.
export async function endpoint(reply = () => ({ status: 200, body: '' })) {
  let count = 0;
  const bundles = [];
  const server = await serve((request, body) => {
    const made = reply(++count);
    if (made && (made.status || 200) < 300) bundles.push(JSON.parse(body));
    return made;
  });
  return { ...server, bundles, events: () => bundles.flatMap((bundle) => bundle.events) };
}
