// The language's functions for properties, as they are before the application can replace them.

export const { create, defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } = Object;
