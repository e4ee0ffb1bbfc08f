// What hosts say about the end of a request, in one schema: they differ in names, in numbers, and in whether an HTTP error
// is a success or a failure.

// As the engine numbers them (src/host/exports.rs).
const NONE = 0;
const NETWORK_ERROR = 1;
const TIMEOUT = 2;
const ABORT = 3;
// A file came, and the host does not say with which status.
const OK = 4;

// Alipay's numbers.
const MY_TIMEOUT = 13;
const MY_DOMAIN = 11;

export const statusOf = (result) => +(result.statusCode || result.status) || 0;

export const messageOf = (result) => `${result.errMsg || result.errorMessage || result.message || ''}`;

// The endpoint, or what the application calls, is not among the domains that the application has registered.
export const isForeign = (result) => result.error === MY_DOMAIN || /domain.*list|合法域名|白名单|无权跨域/i.test(messageOf(result));

// The value of a response header, whose name hosts write in one case or another; empty where there is none.
export function headerOf(result, wanted) {
  const headers = result.header || result.headers;
  for (const name in headers) if (name.toLowerCase() === wanted) return `${headers[name]}`.replace(/\0/g, '');
  return '';
}

// The failure's number; `failed`: what the host calls so.
export function failureOf(result, failed) {
  if (statusOf(result) >= 100) return NONE;
  if (!failed) return OK;
  const message = messageOf(result);
  if (/time[d ]*[- ]?out|超时/i.test(message) || result.error === MY_TIMEOUT) return TIMEOUT;
  return /abort/i.test(message) ? ABORT : NETWORK_ERROR;
}
