import { fail } from '../../../shared/kernel/errors.js';
import type { GatewayClient } from '../../http-client.js';

const PAGE = 200;
const ID_LENGTH = 36;
const MOST_NAMED = 5;

/** A notice that a name fits, and the organisation that issued it. */
interface Fitting {
  readonly id: string;
  readonly of: string;
}

/**
 * Returns the id, or the end of one, in what a person typed for a notice. A number behind it names a revision; commands are about
 * the notice, so they do not need it.
 */
export function idIn(name: string): string {
  return name.slice(0, `${name}.`.indexOf('.'));
}

/** True for a whole id, false for the end of one. */
export function isWhole(part: string): boolean {
  return part.length === ID_LENGTH;
}

/**
 * Returns the only notice among those that the end of an id fits; its revisions are one notice. Throws `not-found`, and `usage` with
 * the ids of the first five.
 */
export function onlyId(end: string, fitting: readonly Fitting[], where: string): Fitting {
  const distinct = new Map(fitting.map((one) => [`${one.id} of ${one.of}`, one]));
  const [only] = distinct.values();
  if (only === undefined) throw fail('not-found', `no notice ${where} ends in \`${end}\``);
  if (distinct.size === 1) return only;
  const names = [...distinct.keys()].slice(0, MOST_NAMED);
  const more = distinct.size > MOST_NAMED ? ', …' : '';
  throw fail('usage', `\`${end}\` fits ${distinct.size} notices: ${names.join(', ')}${more}`);
}

/** Reads every page of a list of notices, newest first: of the own ones or of the held ones. */
async function* pagesOf(
  gateway: GatewayClient,
  path: string,
  query: Readonly<Record<string, string>> = {},
): AsyncGenerator<{ readonly id: string; readonly originator?: string }> {
  for (let before: number | null | undefined; before !== null; ) {
    const asked = new URLSearchParams({ ...query, limit: String(PAGE) });
    if (before !== undefined) asked.set('before', String(before));
    const { items, next } = (await gateway.get(`${path}?${asked.toString()}`)) as {
      readonly items: readonly { readonly id: string; readonly originator?: string }[];
      readonly next: number | null;
    };
    yield* items;
    before = next;
  }
}

/**
 * Returns the whole id of a notice of `gateway` itself, named as `parseNoticeName` accepts it. Throws as `onlyId` does.
 */
export async function ownId(gateway: GatewayClient, name: string): Promise<string> {
  const part = idIn(name);
  if (isWhole(part)) return part;
  return onlyId(part, await fittingOwn(gateway, part), `of ${gateway.org}`).id;
}

/** Returns the own notices of a gateway whose ids end so; each once for each of its revisions. */
export async function fittingOwn(gateway: GatewayClient, end: string): Promise<readonly Fitting[]> {
  const fitting: Fitting[] = [];
  for await (const { id } of pagesOf(gateway, '/v1/notices'))
    if (id.endsWith(end)) fitting.push({ id, of: gateway.org });
  return fitting;
}

/**
 * Returns the whole id of a notice that the organisation of `gateway` holds, from `originator` or else from anyone. A notice that it
 * holds no more, or that is suspended, is found by its whole id only. Throws as `onlyId` does.
 */
export async function heldId(gateway: GatewayClient, name: string, originator?: string): Promise<string> {
  const part = idIn(name);
  if (isWhole(part)) return part;
  const fitting: Fitting[] = [];
  const query = originator === undefined ? {} : { originator };
  for await (const { id, originator: of = '' } of pagesOf(gateway, '/v1/inbox', query))
    if (id.endsWith(part)) fitting.push({ id, of });
  return onlyId(part, fitting, `that ${gateway.org} holds`).id;
}
