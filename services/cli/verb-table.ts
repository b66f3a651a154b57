import type { Verb } from './verb.js';

interface VerbEntry {
  /** One word, or a group and a word. */
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly verb: Verb }>;
}

/** Every verb; its file is loaded only when it is called, as imports cost more than parsing (100 ms). */
export const VERBS: readonly VerbEntry[] = [
  {
    name: 'up',
    summary: 'start a federation on this machine and exchange notices',
    load: () => import('./verbs/up.js'),
  },
  {
    name: 'simulate',
    summary: 'send invented notices through a running federation, or one of its own',
    load: () => import('./verbs/simulate.js'),
  },
  {
    name: 'init',
    summary: 'make the keys, tokens and signed directory of a home',
    load: () => import('./verbs/init.js'),
  },
  {
    name: 'provision',
    summary: 'make the streams of the broker',
    load: () => import('./verbs/provision.js'),
  },
  {
    name: 'compose',
    summary: 'print docker-compose.yml for the organisations of the federation',
    load: () => import('./verbs/compose.js'),
  },
  {
    name: 'notice submit',
    summary: 'submit a draft as an organisation',
    load: () => import('./verbs/notice-submit.js'),
  },
  {
    name: 'notice show',
    summary: 'show what became of a notice: outcome, rules and receipt of each recipient',
    load: () => import('./verbs/notice-show.js'),
  },
  {
    name: 'notice preview',
    summary: 'show who would see which sections of a draft; sends nothing',
    load: () => import('./verbs/notice-preview.js'),
  },
  {
    name: 'inbox',
    summary: 'list the notices an organisation holds, each verified here and now',
    load: () => import('./verbs/inbox.js'),
  },
  {
    name: 'tail',
    summary: 'follow the content-free status events',
    load: () => import('./verbs/tail.js'),
  },
  {
    name: 'token list',
    summary: 'list who may ask a gateway, the console or the auditor; never a token',
    load: () => import('./verbs/token-list.js'),
  },
  {
    name: 'token create',
    summary: 'let somebody ask a service: make a token, shown once and kept as its hash',
    load: () => import('./verbs/token-create.js'),
  },
  {
    name: 'token revoke',
    summary: 'make a token good for nothing from the next request on',
    load: () => import('./verbs/token-revoke.js'),
  },
  {
    name: 'quarantine list',
    summary: 'list what could not be trusted or read, newest first',
    load: () => import('./verbs/quarantine-list.js'),
  },
  {
    name: 'quarantine show',
    summary: "show an entry's record and what was done with it; never its bytes",
    load: () => import('./verbs/quarantine-show.js'),
  },
  {
    name: 'quarantine replay',
    summary: 'send an entry through the whole recipe again, or see what would come of it',
    load: () => import('./verbs/quarantine-replay.js'),
  },
  {
    name: 'quarantine discard',
    summary: 'close an entry with a note and erase its bytes',
    load: () => import('./verbs/quarantine-discard.js'),
  },
  {
    name: 'key list',
    summary: 'list the signing keys of the directory: whose, good when, which lie in this home',
    load: () => import('./verbs/key-list.js'),
  },
  {
    name: 'key rotate',
    summary: 'make the next key of an organisation or of the hub; who signs with it changes over',
    load: () => import('./verbs/key-rotate.js'),
  },
  {
    name: 'key revoke',
    summary: 'revoke a key for good, at every process within 5 s',
    load: () => import('./verbs/key-revoke.js'),
  },
  {
    name: 'status',
    summary: 'show on one screen what runs, what waits where and how fresh the hub is',
    load: () => import('./verbs/status.js'),
  },
  {
    name: 'doctor',
    summary: 'check every part and say how to mend it',
    load: () => import('./verbs/doctor.js'),
  },
  {
    name: 'config print',
    summary: 'print the configuration in force, secrets left out',
    load: () => import('./verbs/config-print.js'),
  },
  {
    name: 'policy check',
    summary: 'find everything that is to be mended in a folder of policies',
    load: () => import('./verbs/policy-check.js'),
  },
  {
    name: 'policy test',
    summary: 'run the cases beside the rules, and say what they do not cover',
    load: () => import('./verbs/policy-test.js'),
  },
  {
    name: 'policy explain',
    summary: 'say why an organisation gets what it gets of one notice, condition by condition',
    load: () => import('./verbs/policy-explain.js'),
  },
  {
    name: 'policy who-sees',
    summary: 'show who would see which sections of a draft, by the rules in a folder',
    load: () => import('./verbs/policy-who-sees.js'),
  },
  {
    name: 'policy diff',
    summary: 'compare two versions of the rules: what loosens, what tightens, for whom, by which rule',
    load: () => import('./verbs/policy-diff.js'),
  },
  {
    name: 'policy map',
    summary: 'show who gives whom what, by the example of each kind, with gaps and one-way routes',
    load: () => import('./verbs/policy-map.js'),
  },
  {
    name: 'policy fmt',
    summary: 'format the rules; comments stay, no meaning changes',
    load: () => import('./verbs/policy-fmt.js'),
  },
  {
    name: 'policy doc',
    summary: 'print the rules in plain words, numbered, for lawyers',
    load: () => import('./verbs/policy-doc.js'),
  },
  {
    name: 'policy prove',
    summary: 'prove the invariants over every notice, or show one that breaks them',
    load: () => import('./verbs/policy-prove.js'),
  },
  {
    name: 'bench route',
    summary: 'measure what the router takes, against a bare pipe in the same run',
    load: () => import('./verbs/bench-route.js'),
  },
  {
    name: 'bench gateway',
    summary: 'measure a whole federation: latency, CPU and memory at given rates',
    load: () => import('./verbs/bench-gateway.js'),
  },
  {
    name: 'bench soak',
    summary: 'measure what every process holds under a steady load, and whether anything is lost',
    load: () => import('./verbs/bench-soak.js'),
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
    summary: 'measure what one could take instead, with the same notices and rules, in the same run',
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
    summary: "measure signing, publishing and the auditor's file against plain publishes and a bare fsync",
    load: () => import('./verbs/bench-ledger.js'),
  },
  {
    name: 'bench report',
    summary: 'make one page with plots of the lines that benches gave',
    load: () => import('./verbs/bench-report.js'),
  },
  {
    name: 'bench pipe',
    summary: 'the yardstick of `bench route`: forward frames and do nothing else',
    load: () => import('./verbs/bench-pipe.js'),
  },
];

/** What the first word of a two-word verb is about. */
export const GROUPS: Readonly<Record<string, string>> = {
  notice: 'submit, show and preview notices',
  token: 'who may ask a service',
  quarantine: 'what could not be trusted or read',
  key: 'list, replace and revoke signing keys',
  config: 'the configuration',
  policy: 'write, test, explain, compare and prove sharing rules',
  bench: 'measure',
};
