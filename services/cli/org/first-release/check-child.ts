import type { Detail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { answerRequest } from '../../../shared/policy/load/ask-child.js';
import { digest } from '../../../shared/trust/digest.js';
import { parseFederation } from '../../../shared/trust/directory-source.js';
import { checkFolder } from '../../../shared/workbench/check/check-folder.js';
import { placeOf } from '../../../shared/workbench/check/finding.js';

/** Asks the child to check the rules of one organisation in a folder. */
export interface CheckMessage {
  readonly folder: string;
  readonly org: OrgId;
  /** `2027-01-31`, in UTC. */
  readonly today: string;
}

/** What `policy check` finds in the rules of one organisation. */
export interface CheckedRules {
  /** The first errors, by place, also in the files of the federation. */
  readonly errors: readonly Detail[];
  readonly warnings: number;
  readonly notes: number;
}

/** The most errors that are named, and the most characters of each, in one line. */
const [MAX_ERRORS, MAX_TEXT] = [8, 300];

/** The child side of `checkFirstRelease`. */
answerRequest(({ folder, org, today }: CheckMessage): CheckedRules => {
  const all = checkFolder(folder, { digest, parseDirectory: parseFederation, today });
  const count = (which: string): number =>
    all.filter(({ path, severity }) => severity === which && path.startsWith(`${org}/`)).length;
  const errors = all
    .filter(({ severity }) => severity === 'error')
    .slice(0, MAX_ERRORS)
    .map((one) => ({
      path: placeOf(one),
      message: one.message.slice(0, MAX_TEXT).replaceAll(/\s+/gu, ' '),
    }));
  return { errors, warnings: count('warning'), notes: count('note') };
});
