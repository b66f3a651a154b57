import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { KeyPlace } from '../init/key-places.js';
import { placesFor } from './keys-here.js';
import { type Rotated, rotateKey } from './rotate-key.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { parseNumber } from '../terminal/parse-options.js';
import type { Verb } from '../verb.js';

interface RotateOptions {
  readonly router: number;
}

export const verb: Verb<RotateOptions> = {
  configure: (command) =>
    command
      .argument('<owner>', 'an organisation, or `hub`')
      .argument('<use>', 'of an organisation: notice, receipt, policy; of the hub: hub, audit, operator')
      .option(
        '--router <n>',
        'of `hub hub`: which router, as each has a key of its own',
        parseNumber(1, 99),
        1,
      ),
  examples: [
    ['key rotate europol notice', 'the next key that europol signs notices with; the old one stays good'],
    ['key rotate hub hub --router 2', 'that of the second router'],
    ['key rotate hub audit', "the auditor's; `hub operator` is that of the person who commands here"],
  ],
  run: async ({ args: [owner = '', use = ''], options, home, output, stopping }) => {
    const places = placesFor(home, await readDirectory(home));
    const place = findPlace(places, { owner, use, router: options.router });
    const rotated = await rotateKey(home, place, { now: new Date(), stopping, say: output.note });
    output.show(shown(rotated), () => words(rotated));
    return EXIT.yes;
  },
};

function findPlace(
  places: readonly KeyPlace[],
  { owner, use, router }: { readonly owner: string; readonly use: string; readonly router: number },
): KeyPlace {
  const owned = places.filter((place) => place.owner === owner);
  const owners = [...new Set(places.map((place) => place.owner))];
  if (owned.length === 0)
    throw fail('organisation-unknown', `\`${owner}\` has no keys${nearestOrAll(owner, owners)}`);
  const meant = owned.filter((place) => place.use === use);
  const uses = [...new Set(owned.map((place) => place.use))];
  if (meant.length === 0)
    throw fail('usage', `\`${owner}\` has no key for \`${use}\`${nearestOrAll(use, uses)}`);
  const found = meant.find((place) => (place.router ?? 1) === router);
  if (found === undefined)
    throw fail('usage', `there is no \`${use}\` key of number ${router}: there are ${meant.length}`, [
      { path: '--router', message: `there are ${meant.length}` },
    ]);
  return found;
}

function shown({ replaced, ...rotated }: Rotated): object {
  return { ...rotated, replaced: replaced?.kid ?? null, replacedUntil: replaced?.notAfter ?? null };
}

function words({ kid, signsFrom, replaced, version }: Rotated): string {
  const first = `${kid} signs from ${signsFrom.toISOString().slice(0, 19)}Z on, by version ${version} of the directory; who runs changes over by itself`;
  if (replaced === undefined || replaced.revokedAt !== undefined) return first;
  const until = replaced.notAfter.toISOString().slice(0, 10);
  return `${first}\n${replaced.kid} stays good until ${until}; once all it signed is delivered: ${suggestedCommand(`key revoke ${replaced.kid}`)}`;
}
