// Reads what a host says about the end of a request. Hosts differ in names, in error numbers, and in whether an HTTP error is a
// success or a failure.

import { FAILURE_ABORT, FAILURE_NETWORK_ERROR, FAILURE_NONE, FAILURE_TIMEOUT, FAILURE_UNKNOWN } from '../core/door.js';
import { plain } from '../core/plain.js';

// Alipay's error numbers.
const MY_DOMAIN = 11;
const MY_TIMEOUT = 13;
const MY_NOT_JSON = 14;

/** @typedef {any} Result What a host passes to a callback. The members differ between hosts. */

export const statusOf = (/** @type {Result} */ result) => +(result.statusCode || result.status) || 0;

export const messageOf = (/** @type {Result} */ result) => '' + (result.errMsg || result.errorMessage || result.message || '');

// Whether the host refused the request because the application has not registered its domain.
export const isForeign = (/** @type {Result} */ result) =>
  result.error === MY_DOMAIN || /domain.*list|合法域名|白名单|无权跨域/i.test(messageOf(result));

/**
 * The value of a response header; empty where there is none.
 * @param {Result} result
 * @param {string} wanted In lower case. Hosts differ in the case of names.
 */
export function headerOf(result, wanted) {
  const headers = result.header || result.headers;
  for (const name in headers) if (name.toLowerCase() === wanted) return plain('' + headers[name]);
  return '';
}

/**
 * Returns a FAILURE_ number.
 * @param {Result} result
 * @param {boolean} failed The host calls it a failure.
 */
export function failureOf(result, failed) {
  if (statusOf(result) >= 100) return FAILURE_NONE;
  // There was an answer, but the host does not tell its status.
  if (!failed || result.error === MY_NOT_JSON) return FAILURE_UNKNOWN;
  const message = messageOf(result);
  if (/time[d ]*[- ]?out|超时/i.test(message) || result.error === MY_TIMEOUT) return FAILURE_TIMEOUT;
  return /abort/i.test(message) ? FAILURE_ABORT : FAILURE_NETWORK_ERROR;
}
