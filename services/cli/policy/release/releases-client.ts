import { fail } from '../../../shared/kernel/errors.js';
import { groupBy } from '../../../shared/kernel/group-by.js';
import type { Release } from '../../../shared/wire/frames.js';
import {
  parseShownReleases,
  type ShownRelease,
  type ShownReleases,
} from '../../../shared/wire/shown-releases.js';
import type { GatewayClient } from '../../http-client.js';
import type { Output } from '../../terminal/output.js';
import type { FoundLoosening } from './release-file.js';

/** A release that the gateway has and the hub has not recorded. */
interface UnrecordedRelease {
  readonly statement: string;
  readonly version: number;
  readonly state: string;
  readonly code: string | null;
}

/** The releases of one organisation, as its gateway answers. */
export interface ListedReleases extends ShownReleases {
  readonly unrecorded: readonly UnrecordedRelease[];
}

/** Lists releases; `statement` names one whose findings are wanted. */
export type AskReleases = (statement?: string) => Promise<ListedReleases>;

/** Asks a gateway for the releases of its organisation; `statement` names one whose findings are wanted. */
export async function askReleases(gateway: GatewayClient, statement?: string): Promise<ListedReleases> {
  const query = statement === undefined ? '' : `?statement=${encodeURIComponent(statement)}`;
  const answer = await gateway.get(`/v1/policies/releases${query}`);
  const shown = parseShownReleases(answer);
  const { unrecorded } = Object(answer) as Partial<ListedReleases>;
  if (shown === undefined || !Array.isArray(unrecorded))
    throw fail('internal', 'the gateway answered with something else than releases');
  return { ...shown, unrecorded: unrecorded as ListedReleases['unrecorded'] };
}

/** Hands a signed release to the gateway of its organisation, which sends it to the routers. Throws as `GatewayClient.post` does. */
export async function postRelease(gateway: GatewayClient, { statement, files }: Release): Promise<void> {
  const body = { statement, files: Buffer.from(files).toString('base64') };
  await gateway.post('/v1/policies/releases', body);
}

/** Describes a release: its state, and for a refused one each reason. */
export function releaseText(
  { version, state, release, judgedBy, findings = [] }: ShownRelease,
  { paint }: Pick<Output, 'paint'>,
): string {
  const by = judgedBy === null ? '' : `, by ${judgedBy}`;
  const said = state === 'refused' ? paint.red('release-refused') : paint.green(state);
  return [
    `version ${version} ${release}: ${said}${by}`,
    ...findings.flatMap(({ place, message, loosening }) =>
      loosening === undefined ? [`  ${place}: ${message}`] : [],
    ),
    ...looseningLines(looseningsIn({ findings }), { paint, says: 'not approved: ' }),
  ].join('\n');
}

/** Returns the loosenings that a router found without approval. */
export function looseningsIn({ findings = [] }: Pick<ShownRelease, 'findings'>): readonly FoundLoosening[] {
  return findings.flatMap(({ loosening, message }) =>
    loosening === undefined ? [] : [{ loosening, message }],
  );
}

/** Describes loosenings once for each text, which several have if the same rules bring them about, with the first digits of each digest. */
export function looseningLines(
  loosenings: readonly FoundLoosening[],
  { paint, says = '' }: Pick<Output, 'paint'> & { readonly says?: string },
): readonly string[] {
  return [...groupBy(loosenings, ({ message }) => message)].map(([message, same]) => {
    const ids = same.map(({ loosening }) => loosening.slice(0, ID_DIGITS)).join(' ');
    const count = same.length === 1 ? '' : `${same.length} loosenings: `;
    return `  ${says}${message}\n    ${paint.dim(count + ids)}`;
  });
}

/** How many digits of a digest people read. */
const ID_DIGITS = 12;
