import type { VerbEntry } from '../verb-entry.js';

/** The verbs of the group `org`, in the order of `--help`. */
export const ORG_VERBS: readonly VerbEntry[] = [
  {
    name: 'org join',
    summary: "make the keys of an organisation's site, and a request to join",
    load: () => import('./org-join.js'),
  },
  {
    name: 'org admit',
    summary: 'admit an organisation to this hub, and write the answer to its request',
    load: () => import('./org-admit.js'),
  },
  {
    name: 'org accept',
    summary: "accept the hub's answer to the request of this site",
    load: () => import('./org-accept.js'),
  },
  {
    name: 'org list',
    summary: 'list the members: state, contract, end of keys, last contact',
    load: () => import('./org-list.js'),
  },
  {
    name: 'org show',
    summary: 'show one member: dates, contract, keys, last contact, adopted policies',
    load: () => import('./org-show.js'),
  },
  {
    name: 'org suspend',
    summary: 'stop the exchange of notices with a member; withdrawals and answers still pass',
    load: () => import('./org-suspend.js'),
  },
  {
    name: 'org resume',
    summary: 'end the suspension of a member, or its leaving',
    load: () => import('./org-resume.js'),
  },
  {
    name: 'org leave',
    summary: 'let a member leave: first it exchanges no notices, then its account is removed',
    load: () => import('./org-leave.js'),
  },
  {
    name: 'org keys',
    summary: 'list, grant and refuse what organisations ask for about their keys',
    load: () => import('./org-keys.js'),
  },
];
