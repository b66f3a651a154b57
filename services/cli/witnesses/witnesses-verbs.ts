import type { VerbEntry } from '../verb-entry.js';

/** The verbs of the group `witnesses`, in the order of `--help`. */
export const WITNESS_VERBS: readonly VerbEntry[] = [
  {
    name: 'witnesses propose',
    summary: 'name the members that are to witness the log, or show those that do',
    load: () => import('./witnesses-propose.js'),
  },
  {
    name: 'witnesses approve',
    summary: 'approve proposed witnesses as an approver of a present one',
    load: () => import('./witnesses-approve.js'),
  },
  {
    name: 'witnesses adopt',
    summary: 'list approved witnesses in the directory',
    load: () => import('./witnesses-adopt.js'),
  },
];
