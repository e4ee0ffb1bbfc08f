// Removes NULs, because NUL separates the parts of a text for the engine.
export const plain = (/** @type {string} */ text) => text.replace(/\0/g, '');
