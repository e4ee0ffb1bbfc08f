// Cases of how a fetch settles and how it is reported; see fetch.js.

// Settling.
add(
  'F22: an abort before, during and by timeout',
  { traced: 3, events: [{ outcome: 'abort' }, { outcome: 'abort' }, { outcome: 'timeout' }, { outcome: 'abort' }] },
  async (t) => {
    const reason = new RangeError('my reason');
    const out = [await outcome(() => fetch(t.path('a'), { signal: AbortSignal.abort() }))];
    const during = new AbortController();
    const pending = fetch(t.path('slow'), { signal: during.signal }).catch((error) => error === reason);
    await sleep(50);
    during.abort(reason);
    out.push(await pending, await outcome(() => fetch(t.path('slow'), { signal: AbortSignal.timeout(50) })));
    const request = new AbortController();
    const other = outcome(() => fetch(new Request(t.url('slow'), { signal: request.signal })));
    await sleep(50);
    request.abort();
    return [...out, await other];
  }
);
add('F22: already aborted: rejected without an extra microtask', {}, async (t) => {
  const log = [];
  const done = fetch(t.path('a'), { signal: AbortSignal.abort() }).catch(() => log.push('rejected'));
  Promise.resolve().then(() => log.push('after'));
  await done;
  await sleep();
  return log;
});
add('F22: a signal that is null, or no signal', { traced: 1 }, async (t) => [
  await outcome(() => fetch(new Request(t.url('a'), { signal: AbortSignal.abort() }), { signal: null })),
  await outcome(() => fetch(t.path('b'), { signal: { aborted: true } })),
]);
add('F22: a reason that cannot be looked at', { traced: 1 }, async (t) => {
  const reason = {
    get name() {
      throw new Error('never');
    },
    get message() {
      throw new Error('never');
    },
  };
  const controller = new AbortController();
  const pending = fetch(t.path('slow'), { signal: controller.signal }).then(
    () => 'answered',
    (error) => error === reason
  );
  await sleep(30);
  controller.abort(reason);
  return pending;
});
add(
  'F23: the native error, unchanged',
  { traced: 1, repeats: true, events: [{ outcome: 'network_error' }, { outcome: 'network_error' }] },
  async (t) => {
    const error = await fetch(t.path('hole')).catch((error) => error);
    return [
      told(error),
      Object.getPrototypeOf(error) === TypeError.prototype,
      Reflect.ownKeys(error).sort(),
      await outcome(() => fetch(t.cross('refused'))),
    ];
  }
);
add('F24: unhandledrejection: none if handled, once if not', { traced: 4, repeats: true }, async (t) => [
  await unhandled(() => fetch(t.path('hole')).catch(() => {})),
  await unhandled(() =>
    fetch(t.path('hole')).then(
      () => {},
      () => {}
    )
  ),
  await unhandled(() =>
    fetch(t.path('hole'))
      .finally(() => {})
      .catch(() => {})
  ),
  await unhandled(async () => {
    fetch(t.path('hole'));
    await sleep(100);
  }),
  await unhandled(() => {
    fetch('http://:bad');
  }),
  await unhandled(() => {
    fetch(t.path('a'), { signal: AbortSignal.abort() });
  }),
]);
add('F25: the inner fetch is called before the call returns', { traced: 1 }, async (t) => {
  const log = [];
  const promise = fetch(t.path('a'), {
    get method() {
      log.push('read');
    },
  });
  log.push('returned');
  await promise;
  return log;
});
add(
  'F26: the method: init, then Request, then GET; upper case for those that are',
  { traced: 6, events: ['POST', 'PUT', 'DELETE', 'GET', 'patch', 'GET', 'HEAD'].map((method) => ({ method })) },
  async (t) => {
    const out = [];
    const calls = [
      [t.path('a'), { method: 'post' }],
      [new Request(t.url('b'), { method: 'put' })],
      [new Request(t.url('c')), { method: 'delete' }],
      [t.path('d')],
      [t.path('e'), { method: 'patch' }],
      [t.path('f'), { method: undefined }],
      [new URL(t.url('g')), { method: 'head' }],
    ];
    for (const args of calls) out.push(await outcome(() => fetch(...args)));
    return out;
  }
);
add('F28: a fetch that somebody kept from before is native', {}, () => typeof fetch);

// The application's own trace headers.
add('an own traceparent is sent as it is, and only once', { traced: 'own' }, async (t) => {
  const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  return [
    await outcome(() => fetch(t.path('a'), { headers: { Traceparent: own } })),
    await outcome(() => fetch(t.path('b'), { headers: [['traceparent', own]] })),
    await outcome(() => fetch(new Request(t.url('c'), { headers: { traceparent: own } }))),
  ];
});
