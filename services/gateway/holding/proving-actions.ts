import type { HeldAction } from '../../shared/ledger/held/held-action.js';
import { FULL_ACCESS } from '../../shared/notice/access-register.js';
import type { NoticeRegisters } from '../../shared/notice/registers.js';
import { digest } from '../../shared/trust/digest.js';

/** Maximum unseals that are kept for revisions that have not come yet. */
const MAX_EARLY = 16;

/**
 * Returns the actions that decide what this organisation may hold of a notice, and until when: for each
 * section the restrict and the unseal in force, the extension in force, and the newest unseals of revisions
 * that have not come yet. Empty once the notice has ended.
 */
export function stillProving(
  actions: readonly HeldAction[],
  { access, content, life }: NoticeRegisters,
  org: string,
): readonly HeldAction[] {
  const { whole, sections } = access[org] ?? FULL_ACCESS;
  const marks = Object.values(sections);
  const unseals = marks.flatMap((one) => one.unseals);
  const early = unseals
    .filter(({ notice }) => notice !== content?.digest)
    .toSorted((a, b) => b.number - a.number)
    .slice(0, MAX_EARLY);
  const standing = [
    ...marks.flatMap(({ restrict }) => restrict ?? []),
    ...unseals.filter(({ notice }) => notice === content?.digest),
    ...early,
    ...(life ? [life] : []),
    // A restrict of the whole notice overrides every older mark.
  ].filter(({ number }) => number > (whole?.number ?? 0));
  const named = new Set(standing.map((mark) => mark.digest));
  const byDigest = new Map(actions.map((action) => [digest(action.statement), action]));
  return [...byDigest].flatMap(([one, action]) => (named.has(one) ? [action] : []));
}
