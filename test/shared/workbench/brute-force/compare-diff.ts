import { createHash } from 'node:crypto';
import { createChance } from '../../../../services/shared/kernel/chance.js';
import { diffPolicies } from '../../../../services/shared/workbench/diff/diff-policies.js';
import type { Version } from '../../../../services/shared/workbench/space/answers.js';
import { anyVersion, type DrawnVersion, editedVersion, loaded } from './any-version.js';
import { changesAt, createAskLayer } from './brute-force.js';
import { noticesOf, ORGANISATIONS } from './small-world.js';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** What was compared, so that a test can demand that every kind of change occurs. */
export interface DiffTally {
  pairs: number;
  incomplete: number;
  notices: number;
  readonly changes: Record<string, number>;
}

/**
 * Compares `policy diff` with deciding every notice, for pairs of versions drawn from seeds. Throws at the
 * first difference.
 */
export async function compareDiff(seeds: Iterable<number>): Promise<DiffTally> {
  const tally: DiffTally = { pairs: 0, incomplete: 0, notices: 0, changes: {} };
  for (const seed of seeds) {
    const chance = createChance(seed);
    const onlyCedar = seed % 20 === 0 ? 0.2 : 0;
    const before = anyVersion(chance, onlyCedar);
    await judgePair(seed, [before, editedVersion(chance, before, onlyCedar)], tally);
  }
  return tally;
}

async function judgePair(
  seed: number,
  drawn: readonly [DrawnVersion, DrawnVersion],
  tally: DiffTally,
): Promise<void> {
  const [before, after] = versionsOf(drawn, 'json');
  const { changes, cut } = await diffPolicies(before, after, { digest });
  const told = new Set(
    changes.flatMap((change) =>
      change.kinds.flatMap(({ kind, routes }) =>
        routes.map(({ originator, recipient }) => {
          const { type, layer, permission, section, obligation } = change;
          return [type, layer, permission, section, obligation, kind, originator, recipient].join(' ');
        }),
      ),
    ),
  );
  const found = bruteForce(versionsOf(drawn, 'judged'), tally);
  tally.pairs += 1;
  tally.incomplete += Number(cut.length > 0);
  for (const each of found) {
    const type = each.slice(0, each.indexOf(' '));
    tally.changes[type] = (tally.changes[type] ?? 0) + 1;
  }
  const missed = [...found].filter((each) => !told.has(each));
  // What only Cedar evaluates is taken every way, so that more may be told than there is; then it is not
  // complete.
  const invented = cut.length > 0 ? [] : [...told].filter((each) => !found.has(each));
  if (missed.length + invented.length > 0)
    throw new Error(`pair ${seed}: ${JSON.stringify({ missed, invented, cut }, null, 2)}`);
}

type Versions = readonly [before: Version, after: Version];

function versionsOf(drawn: readonly [DrawnVersion, DrawnVersion], form: 'json' | 'judged'): Versions {
  return [loaded(drawn[0], form), loaded(drawn[1], form)];
}

function bruteForce([before, after]: Versions, tally: DiffTally): ReadonlySet<string> {
  const both = { before: createAskLayer(before), after: createAskLayer(after) };
  const members = ORGANISATIONS.filter((id) =>
    [before, after].some(({ directory }) => directory.organisations.has(id)),
  );
  const found = new Set<string>();
  for (const originator of members) {
    const notices = noticesOf([before.sets.schema, after.sets.schema], originator);
    tally.notices += notices.length;
    for (const notice of notices) {
      for (const recipient of members.filter((id) => id !== originator)) {
        for (const { type, layer, permission, section, obligation } of changesAt(both, notice, recipient)) {
          const words = [type, layer, permission, section, obligation, notice.kind, originator, recipient];
          found.add(words.join(' '));
        }
      }
    }
  }
  return found;
}
