// The language's functions for properties, taken before the application can replace them.

export const { create, defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } = Object;
