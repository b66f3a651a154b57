import type { VerbEntry } from '../verb-entry.js';

/** The verbs of the group `ledger`, in the order of `--help`. */
export const LEDGER_VERBS: readonly VerbEntry[] = [
  {
    name: 'ledger show',
    summary: 'show where the auditor waits, who cosigned the log, and what was ruled out',
    load: () => import('./ledger-show.js'),
  },
  {
    name: 'ledger witnesses',
    summary: 'print the witness policy of the members as a file',
    load: () => import('./ledger-witnesses.js'),
  },
  {
    name: 'ledger rule-out',
    summary: 'make the auditor skip a record that it cannot verify',
    load: () => import('./ledger-rule-out.js'),
  },
  {
    name: 'ledger recover',
    summary: 'begin the next life of the log when records of it are lost, by order of two operators',
    load: () => import('./ledger-recover.js'),
  },
  {
    name: 'ledger verify',
    summary: "check every record of the auditor's file, or of an export offline",
    load: () => import('./ledger-verify.js'),
  },
  {
    name: 'ledger export',
    summary: 'write what an outsider needs to check the ledger into a folder',
    load: () => import('./ledger-export.js'),
  },
  {
    name: 'ledger prove',
    summary: "write the proof that a record is on the log, for other people's tools",
    load: () => import('./ledger-prove.js'),
  },
  {
    name: 'ledger replay',
    summary: 'decide every report again by the archived policies, and say what differs',
    load: () => import('./ledger-replay.js'),
  },
];
