// A core behind the host's own door (pkg-template/js/core/door.js), and all that it answers, in words.

export * from '../../../pkg-template/js/core/door.js';
import {
  ACTION_ADOPT,
  ACTION_SEND,
  ACTION_SEND_EXIT,
  ACTION_STORE,
  FAILURE_NONE,
  SIGNAL_FLUSH,
  WORD_TICK,
} from '../../../pkg-template/js/core/door.js';

globalThis.__PAGES__ = true;
globalThis.__RUST__ = false;

// The door knows one engine at a time, as in a page: here each core has a copy of its own.
let copies = 0;
export async function doorOf(core) {
  const door = await import(`../../../pkg-template/js/core/door.js?${++copies}`);
  door.open(core);
  return door;
}

export const PAGE = 'https://shop.example/cart';
export const EPOCH = 1_790_000_000_000;

export class Door {
  // `await Door.to(core)`.
  static async to(core) {
    return new Door(core, await doorOf(core));
  }

  constructor(core, door) {
    this.core = core;
    this.door = door;
    // One line a crossing: what went in is the same for all cores, what came out must be.
    this.said = [];
    this.now = 0;
  }

  note(what, answer) {
    this.said.push(`${what} ${answer}`);
    return answer;
  }

  configure(tokens) {
    this.door.feed(1024, (room) => room.forEach((_, i) => (room[i] = (i * 7919) >> 3)));
    this.note('configure', Object.values(this.door.configure(`${PAGE}\x004g\0${tokens}`, EPOCH)).join('\0'));
    this.poll();
  }

  start(id, href, { answers = '', method = '', own = '', flags = 0 } = {}) {
    const request = { _href: href, _method: method, _own: own, _flags: flags, _id: id, _at: this.now, _date: EPOCH + this.now };
    return this.note(`start ${id}`, (this.door.start(request, answers, 0) || []).join('\0'));
  }

  end(id, status, failure = FAILURE_NONE, message = '') {
    this.door.end({ _id: id, _status: status, _failure: failure, _message: message, _at: this.now });
    this.poll();
  }

  // A word about a request or the page (src/door.rs), and the text that it leaves.
  word(word, id, text = '', now = this.now) {
    const answer = this.door.note(word, text, id, now);
    this.note(`note ${word} ${id} ${answer}`, this.door.said());
  }

  // Sends everything, as an application's flush does when it has waited long enough.
  flush() {
    this.word(WORD_TICK, 0, '', Infinity);
    this.signal(SIGNAL_FLUSH);
  }

  signal(what) {
    this.door.signal(what, this.now);
    this.poll();
  }

  // Every action, until there is none; batches are taken by the endpoint.
  poll() {
    for (let action; (action = this.door.poll(this.now));) {
      const { _code: code, _number: number, _text: text } = action;
      this.note(`action ${code} ${number}`, text);
      if (code >= ACTION_SEND && code <= ACTION_SEND_EXIT) this.door.sent(number, { _status: 200, _retryAfter: 0, _rejected: 0 }, this.now);
      if (code === ACTION_ADOPT) this.note('adopted', this.door.adopt(2000, 3, 60_000, false));
    }
  }

  get stored() {
    return this.said.filter((line) => line.startsWith(`action ${ACTION_STORE} `)).join('');
  }
}

// A configuration as the host writes it (pkg-template/js/core/tokens.js).
export const TRACED = ['{3', 'kpid', '"shop', '', 'kendpoint', '"/rum', 'https://shop.example/rum', 'ktracing', 't'].join('\0');
