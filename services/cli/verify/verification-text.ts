import type { Claim } from '../../shared/verify/claims.js';
import type { Verification } from '../../shared/verify/verify-evidence.js';
import type { Output } from '../terminal/output.js';

/** The first line of a verification in which witnesses do not vouch for each record. */
const BELIEVES_ROOT = 'believes the root: the holder of its key could have forged this';

/** Returns the first line of a verification: whose keys it relies on. `isWitnessed`: witnesses vouch for each record. */
export function believesText(isWitnessed: boolean): string {
  return isWitnessed ? 'believes the root, and the witnesses of the policy for each record' : BELIEVES_ROOT;
}

/** Formats a verification: the line of `believesText`, a line for each claim, and the verdict. */
export function verificationText(
  { kind, lines, holds }: Pick<Verification, 'lines' | 'holds'> & { readonly kind: string },
  believes: string,
  output: Output,
): string {
  const { green, red, yellow } = output.paint;
  const wrong = lines.filter(({ ok }) => ok === false).length;
  const open = lines.filter(({ ok }) => ok === null).length;
  const end = holds
    ? green(`no claim fails${open === 0 ? '' : `; not proved by this file: ${open}`}`)
    : kind === 'claim' && wrong === 0
      ? red('no verdict: a claim is the word of one side')
      : red(`claims that do not hold: ${wrong} of ${lines.length}`);
  return [yellow(believes), ...lines.map((line) => lineText(line, output)), end].join('\n');
}

function lineText({ ok, says, where, code, detail }: Claim, { paint }: Output): string {
  const { green, red, dim } = paint;
  const sign = ok === null ? dim('–') : ok ? green('✓') : red('✗');
  const why = ok === true ? '' : `: ${[code, detail].filter((word) => word !== undefined).join(', ')}`;
  return `${sign} ${says}${ok === false ? red(why) : dim(why)} ${dim(where)}`;
}
