import { type CheckContext, startAgain } from './check.js';

type Seen = Pick<CheckContext, 'home' | 'run'>;

/** The line for each reason why a process does not work, the first to mend first. */
const MENDS: Readonly<Record<string, (seen: Seen) => string>> = {
  'directory-stale': (seen) => startAgain(seen, 'it signs a new directory when it starts'),
  'stream-missing': () => 'liaison provision --after-loss   # only if the disk of the broker is lost',
  'ledger-damaged': () =>
    "liaison up --after-loss   # once all is stopped and the broker's data erased, see docs/operate.md",
  'policy-missing': () => 'git status policies/   # a file of policies is gone',
  'policy-invalid': () => 'git diff policies/   # the last change does not load',
  'auditor-silent': () => 'liaison doctor   # see the line of the ledger',
  unreachable: (seen) => startAgain(seen, 'the broker does not answer'),
  full: () => 'liaison tail --event parked,deferred   # who does not take',
};

/** The line that mends the reason that comes first among these words; undefined where none is known. */
export function mendOf(words: string, seen: Seen): string | undefined {
  const code = Object.keys(MENDS).find((name) => words.includes(name)) ?? '';
  return MENDS[code]?.(seen);
}
