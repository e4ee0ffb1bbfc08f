// What an application may say of an event: each member as far as an event can carry it.

import { plain } from './plain.js';

const MAX_TEXT = 1000;

// `properties` as an event may carry them: 20, keys of 50 characters, values of 2,000.
const properties = (value) => {
  const kept = {};
  Object.keys(value)
    .slice(0, 20)
    .forEach((key) => {
      const item = value[key];
      const text = typeof item === 'string';
      if (text || Number.isFinite(item)) kept[key.slice(0, 50)] = text ? item.slice(0, 2000) : item;
    });
  return kept;
};

// The value of a member as it may stand in an event; `undefined` for anything else.
export const fitting = (key, value) => {
  const number = Number.isFinite(value);
  if (key === 'success') return value === 0 || value === 1 || value === -1 ? value : undefined;
  if (key === 'duration' || key === 'timestamp') return number && value >= 0 ? value : undefined;
  if (key === 'properties') return value && typeof value === 'object' ? properties(value) : undefined;
  if (key === 'status_code' && number) return value;
  return typeof value === 'string' ? plain(value.slice(0, MAX_TEXT)) : undefined;
};

export const member = (key, value) => ',"' + key + '":' + JSON.stringify(value);
