// A core behind the host's own door to its memory (pkg-template/js/core/memory.js), and all that it does in words.

import { memoryOf } from '../../../pkg-template/js/core/memory.js';

const FLUSH = 1;
const STORE = 1;
const SENDS = [2, 3, 4];
const ADOPT = 6;
const CODE_BITS = 4;

export const PAGE = 'https://shop.example/cart';
// Words: the request's headers could not be set; nothing waits for the browser's entries any longer.
export const REVOKED = 74;
export const TICK = 69;
export const EPOCH = 1_790_000_000_000;

export class Door {
  constructor(core) {
    this.core = core;
    this.memory = memoryOf(core);
    // One line a crossing: what went in is the same for all cores, what came out must be.
    this.said = [];
    this.now = 0;
  }

  text(length) {
    return length ? this.memory._read(length) : '';
  }

  note(what, answer) {
    this.said.push(`${what} ${answer}`);
    return answer;
  }

  configure(tokens) {
    const room = this.memory._room(1024);
    for (let i = 0; i < room.length; i++) room[i] = (i * 7919) >> 3;
    this.core.entropy(room.length);
    const length = this.core.configure(this.memory._write(`${PAGE}\x004g\0${tokens}`), EPOCH);
    this.note('configure', this.text(length));
    this.poll();
  }

  start(id, href, { answers = '', method = '', own = '', flags = 0 } = {}) {
    const length = this.core.start(this.memory._write([href, answers, method, own].join('\0')), id, flags, this.now, EPOCH + this.now);
    return this.note(`start ${id}`, this.text(length));
  }

  end(id, status, failure = 0, message = '') {
    this.core.end(this.memory._write(message), id, status, failure, this.now);
    this.poll();
  }

  // A word about a request or the page (src/host/exports.rs); what it leaves is at the output.
  word(word, id, text = '', now = this.now) {
    const answer = this.core.note(this.memory._write(text), word, id, now);
    this.note(`note ${word} ${id} ${answer}`, this.text(this.core.output_len()));
  }

  // Sends everything, as an application's flush does when it has waited long enough.
  flush() {
    this.word(TICK, 0, '', Infinity);
    this.signal(FLUSH);
  }

  signal(what) {
    this.core.signal(what, this.now);
    this.poll();
  }

  // Every action, until there is none; batches are taken by the endpoint.
  poll() {
    for (let action; (action = this.core.poll(this.now));) {
      const code = action & ((1 << CODE_BITS) - 1);
      const number = action >>> CODE_BITS;
      this.note(`action ${code} ${number}`, this.text(this.core.output_len()));
      if (SENDS.includes(code)) this.core.sent(number, 200, 0, 0, this.now);
      if (code === ADOPT) this.note('adopted', this.core.adopt(2000, 3, 60_000));
    }
  }

  get stored() {
    return this.said.filter((line) => line.startsWith(`action ${STORE} `)).join('');
  }
}

// A configuration as the host writes it (pkg-template/js/core/config.js).
export const TRACED = ['{3', 'kpid', '"shop', '', 'kendpoint', '"/rum', 'https://shop.example/rum', 'ktracing', 't'].join('\0');
