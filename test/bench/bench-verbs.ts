import type { VerbEntry } from '../../services/cli/verb-entry.js';

/** The verbs of `liaison bench`, which measure the services and are not installed with them. */
export const BENCH_VERBS: readonly VerbEntry[] = [
  {
    name: 'bench route',
    summary: 'measure the throughput of the router, against a bare pipe in the same run',
    load: () => import('./verbs/bench-route.js'),
  },
  {
    name: 'bench gateway',
    summary: 'measure a whole federation: latency, CPU and memory at given rates',
    load: () => import('./verbs/bench-gateway.js'),
  },
  {
    name: 'bench soak',
    summary: 'measure the memory of every process under a steady load, and whether anything is lost',
    load: () => import('./verbs/bench-soak.js'),
  },
  {
    name: 'bench absence',
    summary: 'measure what one absent gateway costs the others, and whether everything arrives once',
    load: () => import('./verbs/bench-absence.js'),
  },
  {
    name: 'bench growth',
    summary: 'measure what a notice costs as members, held notices and sizes grow',
    load: () => import('./verbs/bench-growth.js'),
  },
  {
    name: 'bench policy',
    summary: 'measure the compiled rules against cedar-wasm, in the same run',
    load: () => import('./verbs/bench-policy.js'),
  },
  {
    name: 'bench peers',
    summary:
      'measure alternative brokers and policy engines with the same notices and rules, in the same run',
    load: () => import('./verbs/bench-peers.js'),
  },
  {
    name: 'bench console',
    summary: 'measure the console and its page in Chromium: load, answer, a burst, memory',
    load: () => import('./verbs/bench-console.js'),
  },
  {
    name: 'bench trust',
    summary: 'measure signatures, opening, redaction, signed sets and receipts',
    load: () => import('./verbs/bench-trust.js'),
  },
  {
    name: 'bench wire',
    summary: 'measure frames, strict JSON, schemas and SD-JWT against the plain parsers',
    load: () => import('./verbs/bench-wire.js'),
  },
  {
    name: 'bench ledger',
    summary:
      "measure signing, publishing, the auditor's file and its log against plain publishes and a bare fsync",
    load: () => import('./verbs/bench-ledger.js'),
  },
  {
    name: 'bench report',
    summary: 'make one page with plots of the results of benches',
    load: () => import('./verbs/bench-report.js'),
  },
  {
    name: 'bench pipe',
    summary: 'the yardstick of `bench route`: forward frames and do nothing else',
    load: () => import('./verbs/bench-pipe.js'),
  },
];
