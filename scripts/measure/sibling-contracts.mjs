// @ts-check
// The exported names that several modules declare on purpose: one contract, one implementation a module.

/** @type {readonly {name: string, paths: RegExp, why: string}[]} */
export const SIBLING_CONTRACTS = [];
