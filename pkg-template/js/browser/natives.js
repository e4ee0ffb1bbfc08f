// The language's own functions as they are when the agent comes: what the page puts in their place later does not run in
// the agent's hooks.

export const { create, defineProperty, getOwnPropertyDescriptor, getOwnPropertyDescriptors, getPrototypeOf } = Object;
export const { apply, ownKeys } = Reflect;
