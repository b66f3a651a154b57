import type { VerbEntry } from '../verb-entry.js';

/** The verbs of the group `policy`, in the order of `--help`. */
export const POLICY_VERBS: readonly VerbEntry[] = [
  {
    name: 'policy adopt',
    summary: 'make the routers look at the folder now, or show what keeps it from being adopted',
    load: () => import('./policy-adopt.js'),
  },
  {
    name: 'policy check',
    summary: 'find every error and warning in a folder of policies',
    load: () => import('./policy-check.js'),
  },
  {
    name: 'policy test',
    summary: 'run the test cases of the rules, and show what they do not cover',
    load: () => import('./policy-test.js'),
  },
  {
    name: 'policy explain',
    summary: 'explain what an organisation receives of a notice, condition by condition',
    load: () => import('./policy-explain.js'),
  },
  {
    name: 'policy who-sees',
    summary: 'show who would see which sections of a draft, by the rules in a folder',
    load: () => import('./policy-who-sees.js'),
  },
  {
    name: 'policy eval',
    summary: 'evaluate a Cedar condition for a draft, or each line that you type',
    load: () => import('./policy-eval.js'),
  },
  {
    name: 'policy ask',
    summary: 'ask whether any notice may be received or disclosed where a condition holds',
    load: () => import('./policy-ask.js'),
  },
  {
    name: 'policy diff',
    summary: 'compare two versions of the rules: what loosens or tightens, for whom, by which rule',
    load: () => import('./policy-diff.js'),
  },
  {
    name: 'policy map',
    summary: 'show who shares what with whom, using an example of each kind; with gaps and one-way routes',
    load: () => import('./policy-map.js'),
  },
  {
    name: 'policy member',
    summary: 'list the members with their facts, or add one that exchanges with nobody yet',
    load: () => import('./policy-member.js'),
  },
  {
    name: 'policy fmt',
    summary: 'format the rules; comments and meaning are kept',
    load: () => import('./policy-fmt.js'),
  },
  {
    name: 'policy doc',
    summary: 'print the rules as a numbered document in plain words, for lawyers',
    load: () => import('./policy-doc.js'),
  },
  {
    name: 'policy prove',
    summary: 'prove the invariants for every possible notice, or show a counterexample',
    load: () => import('./policy-prove.js'),
  },
  {
    name: 'policy lsp',
    summary: 'serve an editor: findings, completion and explanations while rules are written',
    load: () => import('./policy-lsp.js'),
  },
  {
    name: 'policy release',
    summary: 'sign the rules of this organisation, send them to the hub and wait for the judgement',
    load: () => import('./release/policy-release.js'),
  },
  {
    name: 'policy fetch',
    summary: 'write the files of the federation and the own rules in force into a folder, at a site',
    load: () => import('./policy-fetch.js'),
  },
  {
    name: 'policy contribute',
    summary: 'sign the rules of this organisation for a joint release of the federation',
    load: () => import('./release/policy-contribute.js'),
  },
  {
    name: 'policy approve',
    summary: 'sign the loosenings of a release with the key of one approver',
    load: () => import('./release/policy-approve.js'),
  },
  {
    name: 'policy releases',
    summary: 'list the releases of this organisation and what became of them',
    load: () => import('./release/policy-releases.js'),
  },
  {
    name: 'policy show',
    summary: 'show one release, and why it was refused',
    load: () => import('./release/policy-show.js'),
  },
];
