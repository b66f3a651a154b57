import type { VerbEntry } from '../verb-entry.js';

/** The verbs of the group `notice`, in the order of `--help`. */
export const NOTICE_VERBS: readonly VerbEntry[] = [
  {
    name: 'notice submit',
    summary: 'submit a draft of a notice as an organisation',
    load: () => import('./notice-submit.js'),
  },
  {
    name: 'notice show',
    summary: 'show the outcome, rules and receipt of a notice for each recipient',
    load: () => import('./notice-show.js'),
  },
  {
    name: 'notice preview',
    summary: 'show who would see which sections of a draft; sends nothing',
    load: () => import('./notice-preview.js'),
  },
  {
    name: 'notice amend',
    summary: 'submit the next revision of an own notice',
    load: () => import('./notice-amend.js'),
  },
  {
    name: 'notice approve',
    summary: 'show or approve a notice under neutrality review, or with break-glass',
    load: () => import('./approval/notice-approve.js'),
  },
  {
    name: 'notice break-glass',
    summary: 'list the own notices that used break-glass',
    load: () => import('./approval/notice-break-glass.js'),
  },
  {
    name: 'notice review',
    summary: 'say whether break-glass was justified, as another person',
    load: () => import('./approval/notice-review.js'),
  },
  {
    name: 'notice withdraw',
    summary: 'end an own notice: every holder erases it and signs that it did',
    load: () => import('./notice-withdraw.js'),
  },
  {
    name: 'notice suspend',
    summary: 'make holders hide an own notice until a time',
    load: () => import('./notice-suspend.js'),
  },
  {
    name: 'notice resume',
    summary: 'end the suspension of an own notice',
    load: () => import('./notice-resume.js'),
  },
  {
    name: 'notice restrict',
    summary: 'take an own notice, or sections of it, away from holders',
    load: () => import('./notice-restrict.js'),
  },
  {
    name: 'notice extend',
    summary: 'give an own notice a later end',
    load: () => import('./notice-extend.js'),
  },
  {
    name: 'notice unseal',
    summary: 'disclose one withheld section to one holder',
    load: () => import('./notice-unseal.js'),
  },
  {
    name: 'notice request',
    summary: 'ask the originator of a held notice for a withheld section',
    load: () => import('./notice-request.js'),
  },
  {
    name: 'notice decline',
    summary: 'decline the request of a holder',
    load: () => import('./notice-decline.js'),
  },
  {
    name: 'notice confirm',
    summary: 'list the withdrawals, restrictions and suspensions not signed yet, or sign those on a notice',
    load: () => import('./notice-confirm.js'),
  },
  {
    name: 'notice recipients',
    summary: 'list who received which sections of a notice, as a signed document',
    load: () => import('./notice-recipients.js'),
  },
  {
    name: 'notice evidence',
    summary: 'write what an organisation can prove about a notice to a file that verifies offline',
    load: () => import('./notice-evidence.js'),
  },
  {
    name: 'notice cancel',
    summary: "propose or carry out the federation's recall of a notice, as an operator of the hub",
    load: () => import('./notice-cancel.js'),
  },
  {
    name: 'notice recalls',
    summary: "list the federation's recalls and who owes an answer, at the hub",
    load: () => import('./notice-recalls.js'),
  },
];
