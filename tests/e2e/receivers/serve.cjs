// What all receivers share: a port, CORS for the page, an answer in JSON.

const EXPOSED = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'traceparent, tracestate, baggage, b3, x-b3-traceid, x-b3-spanid, x-b3-sampled, uber-trace-id, sw8',
};

// `judge(request)` returns what the receiver's library read from a request.
exports.serve = (http, judge, wrap = (handler) => handler) => {
  const handler = wrap((request, response) => {
    response.writeHead(200, { ...EXPOSED, 'content-type': 'application/json' });
    response.end(request.method === 'OPTIONS' ? '' : JSON.stringify(judge(request)));
  });
  const server = http.createServer(handler);
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
};
