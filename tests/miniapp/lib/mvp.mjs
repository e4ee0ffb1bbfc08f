// Refuses a module that is not of WebAssembly's first version, as old hosts do: checks sections, types, exports, and every
// instruction.

const SECTIONS = {
  1: 'type',
  2: 'import',
  3: 'function',
  4: 'table',
  5: 'memory',
  6: 'global',
  7: 'export',
  8: 'start',
  9: 'element',
  10: 'code',
  11: 'data',
};
const VALUES = [0x7f, 0x7e, 0x7d, 0x7c];
const refuse = (what) => {
  throw new Error(`CompileError: ${what} is not in WebAssembly's first version`);
};

class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    Object.assign(this, { bytes, at, end });
  }
  byte() {
    if (this.at >= this.end) throw new Error('CompileError: the module ends too early');
    return this.bytes[this.at++];
  }
  skip(count) {
    this.at += count;
  }
  // A LEB128 number, signed or unsigned. The value is right for small ones, and only these are used.
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }
}

function instructions(reader) {
  while (reader.at < reader.end) {
    const at = reader.at;
    const code = reader.byte();
    if (code === 0x02 || code === 0x03 || code === 0x04) {
      if (reader.byte() !== 0x40 && !VALUES.includes(reader.bytes[reader.at - 1])) refuse('a block of several values');
    } else if (code === 0x0e) {
      for (let left = reader.number() + 1; left > 0; left--) reader.number();
    } else if (code === 0x11) {
      reader.number();
      if (reader.byte() !== 0) refuse('a second table');
    } else if ([0x0c, 0x0d, 0x10, 0x41, 0x42].includes(code) || (code >= 0x20 && code <= 0x24)) reader.number();
    else if (code >= 0x28 && code <= 0x3e) {
      reader.number();
      reader.number();
    } else if (code === 0x3f || code === 0x40) {
      if (reader.byte() !== 0) refuse('a second memory');
    } else if (code === 0x43) reader.skip(4);
    else if (code === 0x44) reader.skip(8);
    else if (![0, 1, 5, 0x0b, 0x0f, 0x1a, 0x1b].includes(code) && !(code >= 0x45 && code <= 0xbf)) {
      refuse(`instruction 0x${code.toString(16)} at ${at}`);
    }
  }
}

const READERS = {
  1(reader) {
    for (let left = reader.number(); left > 0; left--) {
      if (reader.byte() !== 0x60) refuse('a type that is no function');
      for (let values = reader.number(); values > 0; values--) if (!VALUES.includes(reader.byte())) refuse('a type of reference');
      const results = reader.number();
      if (results > 1) refuse('a function of several results');
      if (results && !VALUES.includes(reader.byte())) refuse('a type of reference');
    }
  },
  7(reader) {
    for (let left = reader.number(); left > 0; left--) {
      reader.skip(reader.number());
      // WXWebAssembly on iOS does not support exported globals.
      if (reader.byte() === 3) refuse('an exported global');
      reader.number();
    }
  },
  10(reader) {
    for (let left = reader.number(); left > 0; left--) {
      const size = reader.number();
      const body = new Reader(reader.bytes, reader.at, reader.at + size);
      for (let locals = body.number(); locals > 0; locals--) {
        body.number();
        if (!VALUES.includes(body.byte())) refuse('a local of reference type');
      }
      instructions(body);
      reader.skip(size);
    }
  },
  11(reader) {
    for (let left = reader.number(); left > 0; left--) {
      if (reader.number() !== 0) refuse('a passive data segment');
      while (reader.byte() !== 0x0b);
      reader.skip(reader.number());
    }
  },
};

export function checkFirstVersion(bytes) {
  const reader = new Reader(bytes);
  if (Buffer.from(bytes.subarray(0, 8)).toString('hex') !== '0061736d01000000') throw new Error('CompileError: no module');
  reader.skip(8);
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const size = reader.number();
    if (id !== 0 && !SECTIONS[id]) refuse(`section ${id}`);
    READERS[id]?.(new Reader(bytes, reader.at, reader.at + size));
    reader.skip(size);
  }
}
