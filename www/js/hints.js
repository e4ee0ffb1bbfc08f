// What the agent's hints mean, in words.

/** @type {Record<string, string>} */
const TRACE_CONTEXT = {
  set: 'The agent added its trace header.',
  external: 'The application had set a valid traceparent itself; the agent kept it and took over its ids.',
  invalid: 'The application had set a traceparent that is malformed; the agent left it alone.',
  cross_origin: 'The request went to another origin that is not on the allow-list, so no header was added.',
  disabled: 'Tracing is switched off in the configuration.',
  excluded: 'The URL is excluded from tracing.',
  no_match: 'No allow-list entry matches this URL, so no header was added.',
  not_http: 'The URL is not an HTTP address.',
  no_cors: 'A no-cors request cannot carry additional headers.',
  not_sampled: 'This request was not chosen for tracing.',
  max_length: 'The tracestate header would have become too long.',
  predicate_error: 'A matching function of the configuration threw an error.',
  header_conflict: 'A header of the same name was there already.',
  patch_failed: 'The browser did not let the agent add a header.',
  not_ready: 'The agent was still starting.',
};

/**
 * A sentence for `trace_context_hint`.
 * @param {string | null} hint
 */
export function traceContextHint(hint) {
  if (!hint) return 'The agent gave no reason.';
  return Object.hasOwn(TRACE_CONTEXT, hint) ? TRACE_CONTEXT[hint] : 'A reason that this page does not know.';
}
