import { LEDGER_VERBS } from './ledger/ledger-verbs.js';
import { NOTICE_VERBS } from './notice/notice-verbs.js';
import { ORG_VERBS } from './org/org-verbs.js';
import { POLICY_VERBS } from './policy/policy-verbs.js';
import { WITNESS_VERBS } from './witnesses/witnesses-verbs.js';
import type { VerbEntry } from './verb-entry.js';

/** Every verb except those of `bench`, in the order of `--help`. Only the file of the verb that is called is loaded. */
export const VERBS: readonly VerbEntry[] = [
  {
    name: 'up',
    summary: 'start a federation on this machine and exchange notices',
    load: () => import('./up/up.js'),
  },
  {
    name: 'simulate',
    summary: 'send generated notices through the running federation, or through a temporary one',
    load: () => import('./up/simulate.js'),
  },
  {
    name: 'init',
    summary: 'create a home: keys, tokens and the signed directory',
    load: () => import('./init/init.js'),
  },
  {
    name: 'init hub',
    summary: 'create the home of a hub, which organisations join with keys of their own',
    load: () => import('./hub/init-hub.js'),
  },
  {
    name: 'provision',
    summary: 'create the streams of the broker',
    load: () => import('./init/provision.js'),
  },
  {
    name: 'compose',
    summary: 'print docker-compose.yml for the organisations of the federation',
    load: () => import('./compose/compose.js'),
  },
  {
    name: 'backup',
    summary: 'copy a home, or parts of it, while everything runs',
    load: () => import('./backup/backup.js'),
  },
  {
    name: 'restore',
    summary: 'make a home of a backup, or check the backup with `--check`',
    load: () => import('./backup/restore.js'),
  },
  ...NOTICE_VERBS,
  {
    name: 'evidence list',
    summary: 'list the signed statements that contradict each other and that a gateway kept',
    load: () => import('./evidence/evidence-list.js'),
  },
  {
    name: 'evidence show',
    summary: 'write kept evidence to a file that `verify` reads offline',
    load: () => import('./evidence/evidence-show.js'),
  },
  {
    name: 'verify',
    summary: 'verify a file of evidence with nothing but the public key of the federation root',
    load: () => import('./verify/verify.js'),
  },
  {
    name: 'inbox',
    summary: 'list the notices an organisation holds, and verify the signatures of each',
    load: () => import('./inbox/inbox.js'),
  },
  {
    name: 'inbox life',
    summary: 'show whether an organisation holds a notice, and whether it is suspended or ended',
    load: () => import('./inbox/inbox-life.js'),
  },
  {
    name: 'inbox keep',
    summary: 'keep a held notice on a ground, also when its originator withdraws it',
    load: () => import('./inbox/inbox-keep.js'),
  },
  {
    name: 'inbox release',
    summary: 'no longer keep a notice on a ground; what should have been erased is erased now',
    load: () => import('./inbox/inbox-release.js'),
  },
  {
    name: 'inbox status-list',
    summary: 'print a signed list of what an organisation still holds, for officers offline',
    load: () => import('./inbox/inbox-status-list.js'),
  },
  {
    name: 'tail',
    summary: 'follow the status events, which hold no content of a notice',
    load: () => import('./tail/tail.js'),
  },
  {
    name: 'token list',
    summary: 'list the callers of gateways, console and auditor; tokens are never shown',
    load: () => import('./token/token-list.js'),
  },
  {
    name: 'token create',
    summary: 'create a token for a caller of a service; it is shown once and stored as a hash',
    load: () => import('./token/token-create.js'),
  },
  {
    name: 'token revoke',
    summary: 'revoke a token; it stops working at the next request',
    load: () => import('./token/token-revoke.js'),
  },
  {
    name: 'console invite',
    summary: 'let a person into the console by a link that signs in once',
    load: () => import('./console/console-invite.js'),
  },
  {
    name: 'quarantine list',
    summary: 'list the messages that could not be trusted or read, newest first',
    load: () => import('./quarantine/quarantine-list.js'),
  },
  {
    name: 'quarantine show',
    summary: 'show the record of an entry and the commands on it; its bytes are never shown',
    load: () => import('./quarantine/quarantine-show.js'),
  },
  {
    name: 'quarantine replay',
    summary: 'process an entry again from the start, or preview the result with `--dry-run`',
    load: () => import('./quarantine/quarantine-replay.js'),
  },
  {
    name: 'quarantine discard',
    summary: 'close an entry with a note and erase its bytes',
    load: () => import('./quarantine/quarantine-discard.js'),
  },
  ...LEDGER_VERBS,
  {
    name: 'hub start',
    summary: 'run the hub of this home: broker, auditor, routers and console',
    load: () => import('./hub/hub-start.js'),
  },
  {
    name: 'hub contract',
    summary: 'show the contract in which the hub writes, or raise it once all speak a newer one',
    load: () => import('./hub/hub-contract.js'),
  },
  {
    name: 'root sign',
    summary: 'sign the admission of a member and next keys, as the holder of the root key',
    load: () => import('./root/root-sign.js'),
  },
  {
    name: 'root accept',
    summary: 'take in the answer of the holder of the root key, at the hub',
    load: () => import('./root/root-accept.js'),
  },
  ...ORG_VERBS,
  ...WITNESS_VERBS,
  {
    name: 'site start',
    summary: 'run the gateway of this site',
    load: () => import('./site/site-start.js'),
  },
  {
    name: 'key list',
    summary: 'list the signing keys of the directory: owner, validity, and which are in this home',
    load: () => import('./key/key-list.js'),
  },
  {
    name: 'key rotate',
    summary: 'create the next key of an organisation or of the hub; running processes switch to it',
    load: () => import('./key/key-rotate.js'),
  },
  {
    name: 'key request',
    summary: 'make the next key of a site, and a file that asks the hub to list it',
    load: () => import('./key/key-request.js'),
  },
  {
    name: 'key add-operator',
    summary: 'create an operator key for another person',
    load: () => import('./key/key-add-operator.js'),
  },
  {
    name: 'key revoke',
    summary: 'revoke a key permanently; every process knows it within 5 s',
    load: () => import('./key/key-revoke.js'),
  },
  {
    name: 'status',
    summary: 'show processes, queues and the state of the hub on one screen',
    load: () => import('./status/status.js'),
  },
  {
    name: 'doctor',
    summary: 'check every part, and show how to fix what fails',
    load: () => import('./doctor/doctor.js'),
  },
  {
    name: 'alarm acknowledge',
    summary: 'say that a person looked at an alarm, who and why',
    load: () => import('./alarm/alarm-acknowledge.js'),
  },
  {
    name: 'config print',
    summary: 'print the effective configuration, without secrets',
    load: () => import('./config/config-print.js'),
  },
  ...POLICY_VERBS,
];

/** The summary of each group: the first word of a two-word verb. */
export const GROUPS: Readonly<Record<string, string>> = {
  alarm: 'alarms that a person looked at',
  notice: 'submit, show, amend and end notices',
  inbox: 'list, show and keep the notices an organisation holds',
  evidence:
    'list the statements that contradict each other, and write them to files (packs: `notice evidence`)',
  token: 'create, list and revoke the tokens of callers',
  console: 'invite people to the console',
  ledger: "check the auditor's file, decide its records again, and rule out what cannot be verified",
  quarantine: 'inspect, replay and discard messages that could not be trusted or read',
  hub: 'run a hub; show and raise its contract',
  root: 'sign with the root key of the federation, away from its hub; take in what it signed',
  org: 'join a federation; admit, list, suspend and resume its members, grant their key requests, let them leave',
  witnesses: 'name the members that witness the log, by approvals of the present ones',
  site: "run an organisation's site",
  key: 'list, rotate, request and revoke signing keys',
  config: 'show the configuration',
  policy: 'check, test, explain, compare, prove and release sharing rules',
  bench: 'measure performance (in the source tree only)',
};
