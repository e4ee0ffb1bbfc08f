// What hosts say about the end of a request, in one schema: they differ in names, in numbers, and in whether an HTTP error
// is a success or a failure.

import { FAILURE_ABORT, FAILURE_NETWORK_ERROR, FAILURE_NONE, FAILURE_TIMEOUT, FAILURE_UNKNOWN } from '../core/door.js';

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
  if (statusOf(result) >= 100) return FAILURE_NONE;
  // A file came, and the host does not say with which status.
  if (!failed) return FAILURE_UNKNOWN;
  const message = messageOf(result);
  if (/time[d ]*[- ]?out|超时/i.test(message) || result.error === MY_TIMEOUT) return FAILURE_TIMEOUT;
  return /abort/i.test(message) ? FAILURE_ABORT : FAILURE_NETWORK_ERROR;
}
