import { startCommand } from '../home/require-kind.js';
import { type CheckContext, restartCommand } from './check.js';

type FixContext = Pick<CheckContext, 'home' | 'run'>;

/** The command that fixes each reason for not being ready; the first to fix is listed first. */
const FIXES: Readonly<Record<string, (context: FixContext) => string>> = {
  'directory-stale': (context) => restartCommand(context, 'it signs a new directory at its start'),
  'contract-unknown': () => 'liaison hub contract   # who speaks which contract; update that process',
  'stream-missing': () => 'liaison provision --after-loss   # only if the disk of the broker is lost',
  'ledger-damaged': ({ home }) =>
    `liaison ${startCommand(home)} --after-loss   # after stopping all and erasing the broker's data, see docs/operate.md`,
  'policies-missing': () =>
    'liaison policy adopt --baseline <digest> --reason <words>   # see docs/operate/alarms.md#policies-that-no-router-has',
  'policy-missing': () => 'git status policies/   # a file of policies is missing',
  'policy-invalid': () => 'git diff policies/   # the last change does not load',
  'clock-ahead': () => 'timedatectl status   # set the clock; a router trusts it after ten steady minutes',
  'auditor-silent': () => 'liaison doctor   # see the line `ledger`',
  unreachable: (context) => restartCommand(context, 'the broker does not answer'),
  full: () => 'liaison tail --event parked,deferred   # shows the recipients that do not accept',
};

/** Returns the command that fixes the first known reason in a text; undefined where none is known. */
export function fixForCode(words: string, context: FixContext): string | undefined {
  const code = Object.keys(FIXES).find((name) => words.includes(name)) ?? '';
  return FIXES[code]?.(context);
}
