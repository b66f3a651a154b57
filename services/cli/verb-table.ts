import type { Verb } from './verb.js';

export interface VerbEntry {
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
    load: () => import('./up/up.js'),
  },
  {
    name: 'simulate',
    summary: 'send invented notices through a running federation, or one of its own',
    load: () => import('./up/simulate.js'),
  },
  {
    name: 'init',
    summary: 'make the keys, tokens and signed directory of a home',
    load: () => import('./init/init.js'),
  },
  {
    name: 'provision',
    summary: 'make the streams of the broker',
    load: () => import('./init/provision.js'),
  },
  {
    name: 'compose',
    summary: 'print docker-compose.yml for the organisations of the federation',
    load: () => import('./compose/compose.js'),
  },
  {
    name: 'notice submit',
    summary: 'submit a draft as an organisation',
    load: () => import('./notice/notice-submit.js'),
  },
  {
    name: 'notice show',
    summary: 'show what became of a notice: outcome, rules and receipt of each recipient',
    load: () => import('./notice/notice-show.js'),
  },
  {
    name: 'notice preview',
    summary: 'show who would see which sections of a draft; sends nothing',
    load: () => import('./notice/notice-preview.js'),
  },
  {
    name: 'inbox',
    summary: 'list the notices an organisation holds, each verified here and now',
    load: () => import('./inbox/inbox.js'),
  },
  {
    name: 'tail',
    summary: 'follow the content-free status events',
    load: () => import('./tail/tail.js'),
  },
  {
    name: 'token list',
    summary: 'list who may ask a gateway, the console or the auditor; never a token',
    load: () => import('./token/token-list.js'),
  },
  {
    name: 'token create',
    summary: 'let somebody ask a service: make a token, shown once and kept as its hash',
    load: () => import('./token/token-create.js'),
  },
  {
    name: 'token revoke',
    summary: 'make a token good for nothing from the next request on',
    load: () => import('./token/token-revoke.js'),
  },
  {
    name: 'quarantine list',
    summary: 'list what could not be trusted or read, newest first',
    load: () => import('./quarantine/quarantine-list.js'),
  },
  {
    name: 'quarantine show',
    summary: "show an entry's record and what was done with it; never its bytes",
    load: () => import('./quarantine/quarantine-show.js'),
  },
  {
    name: 'quarantine replay',
    summary: 'send an entry through the whole recipe again, or see what would come of it',
    load: () => import('./quarantine/quarantine-replay.js'),
  },
  {
    name: 'quarantine discard',
    summary: 'close an entry with a note and erase its bytes',
    load: () => import('./quarantine/quarantine-discard.js'),
  },
  {
    name: 'key list',
    summary: 'list the signing keys of the directory: whose, good when, which lie in this home',
    load: () => import('./key/key-list.js'),
  },
  {
    name: 'key rotate',
    summary: 'make the next key of an organisation or of the hub; who signs with it changes over',
    load: () => import('./key/key-rotate.js'),
  },
  {
    name: 'key revoke',
    summary: 'revoke a key for good, at every process within 5 s',
    load: () => import('./key/key-revoke.js'),
  },
  {
    name: 'status',
    summary: 'show on one screen what runs, what waits where and how fresh the hub is',
    load: () => import('./status/status.js'),
  },
  {
    name: 'doctor',
    summary: 'check every part and say how to mend it',
    load: () => import('./doctor/doctor.js'),
  },
  {
    name: 'config print',
    summary: 'print the configuration in force, secrets left out',
    load: () => import('./config/config-print.js'),
  },
  {
    name: 'policy check',
    summary: 'find everything that is to be mended in a folder of policies',
    load: () => import('./policy/policy-check.js'),
  },
  {
    name: 'policy test',
    summary: 'run the cases beside the rules, and say what they do not cover',
    load: () => import('./policy/policy-test.js'),
  },
  {
    name: 'policy explain',
    summary: 'say why an organisation gets what it gets of one notice, condition by condition',
    load: () => import('./policy/policy-explain.js'),
  },
  {
    name: 'policy who-sees',
    summary: 'show who would see which sections of a draft, by the rules in a folder',
    load: () => import('./policy/policy-who-sees.js'),
  },
  {
    name: 'policy diff',
    summary: 'compare two versions of the rules: what loosens, what tightens, for whom, by which rule',
    load: () => import('./policy/policy-diff.js'),
  },
  {
    name: 'policy map',
    summary: 'show who gives whom what, by the example of each kind, with gaps and one-way routes',
    load: () => import('./policy/policy-map.js'),
  },
  {
    name: 'policy fmt',
    summary: 'format the rules; comments stay, no meaning changes',
    load: () => import('./policy/policy-fmt.js'),
  },
  {
    name: 'policy doc',
    summary: 'print the rules in plain words, numbered, for lawyers',
    load: () => import('./policy/policy-doc.js'),
  },
  {
    name: 'policy prove',
    summary: 'prove the invariants over every notice, or show one that breaks them',
    load: () => import('./policy/policy-prove.js'),
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
  bench: 'measure (in the source tree only)',
};
