// The language's own functions as they are when the agent is loaded. If the page replaces one later, the agent's hooks do not
// call the replacement.

export const { create, defineProperty, getOwnPropertyDescriptor, getOwnPropertyDescriptors, getPrototypeOf } = Object;
export const { apply, ownKeys } = Reflect;
