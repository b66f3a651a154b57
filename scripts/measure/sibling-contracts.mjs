// @ts-check

/**
 * The exported names that several modules declare on purpose: one contract, one implementation a module.
 * @type {readonly {name: string, paths: RegExp, why: string}[]}
 */
export const SIBLING_CONTRACTS = [
  {
    name: 'verb',
    paths: /^(cli|verbs)\//,
    why: 'each file of a verb exports it for the table of verbs to load',
  },
  {
    name: 'createHttp',
    paths: /^[a-z]+\/(http\/)?http\.ts$/,
    why: 'each process creates its HTTP server with it',
  },
  { name: 'HttpDeps', paths: /^[a-z]+\/(http\/)?http\.ts$/, why: 'the parameters of `createHttp`' },
];
