// A text without NULs, which separate the parts of what crosses into the engine.
export const plain = (/** @type {string} */ text) => text.replace(/\0/g, '');
