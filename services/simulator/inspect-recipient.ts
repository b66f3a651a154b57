import { fail } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { bytesOfDatabase, type Inspection, inspectGateway } from '../shared/store/inspect-database.js';
import type { Directory } from '../shared/trust/directory.js';
import { frames } from '../shared/wire/frames.js';
import { createCanarySearch } from './canary-search.js';
import type { GatewayClient } from './gateway-http.js';
import { type Findings, keyOf, type Submitted } from './summary.js';
import { verifyHeld } from './verify-held.js';

/** A recipient as this machine can reach it: its gateway, and that gateway's database file. */
export interface Recipient {
  readonly org: OrgId;
  readonly gateway: GatewayClient;
  readonly database: string;
}

interface Inspecting {
  readonly notices: readonly Submitted[];
  readonly since: Date;
  readonly directory: Directory;
  readonly now: Date;
}

/** What one recipient holds of the notices, proven or not, and what it holds that it must not. */
export async function inspectRecipient(recipient: Recipient, inspecting: Inspecting): Promise<Findings> {
  const { org, gateway, database } = recipient;
  const known = new Set(inspecting.notices.map(keyOf));
  const [verified, unverified] = [new Set<string>(), new Set<string>()];
  for await (const held of gateway.inbox(inspecting.since)) {
    if (!known.has(keyOf(held))) continue;
    const isProven = await verifyHeld(held, { recipient: org, ...inspecting });
    (isProven ? verified : unverified).add(keyOf(held));
  }
  const inspection = inspectGateway(database);
  try {
    return {
      org,
      verified,
      unverified,
      duplicates: countDuplicates(inspection, known),
      leaks: countLeaks(recipient, inspection, inspecting.notices),
    };
  } finally {
    inspection.close();
  }
}

/** Notices held more than once, or for which two different receipts say so. */
function countDuplicates(inspection: Inspection, known: ReadonlySet<string>): number {
  const twice = inspection.held().filter(({ times }) => times > 1);
  const duplicates = new Set(twice.map(keyOf));
  const receipts = new Map<string, string>();
  for (const { originator, jti, statement } of inspection.receipts().flatMap(heldIn)) {
    const before = receipts.get(`${originator}/${jti}`);
    if (before !== undefined && before !== statement)
      duplicates.add(keyOf({ originator, id: jti.slice(0, 36) }));
    receipts.set(`${originator}/${jti}`, statement);
  }
  return [...duplicates].filter((key) => known.has(key)).length;
}

interface HeldReceipt {
  readonly originator: string;
  readonly jti: string;
  readonly statement: string;
}

function heldIn(record: Uint8Array): readonly HeldReceipt[] {
  const { statement: set } = frames.record.decode(record);
  if (!set) return [];
  const payload = Buffer.from(set.statement.split('.')[1] ?? '', 'base64url').toString();
  const { originator } = JSON.parse(payload) as { readonly originator: string };
  const parts = set.leaves.map(
    ({ part }) => JSON.parse(Buffer.from(part).toString()) as { readonly type: string; readonly jti: string },
  );
  return parts
    .filter(({ type }) => type === 'held')
    .map(({ jti }) => ({ originator, jti, statement: set.statement }));
}

/**
 * Canaries that the recipient must not have, found in its database. Throws `internal` when the search does not even
 * find one that was disclosed to it: then it proves nothing.
 */
function countLeaks(
  { org, database }: Recipient,
  inspection: Inspection,
  notices: readonly Submitted[],
): number {
  const { disclosed, withheld } = canariesFor(org, notices);
  const search = createCanarySearch([...disclosed, ...withheld]);
  for (const value of inspection.values()) search.look(value);
  for (const bytes of bytesOfDatabase(database)) search.look(bytes);
  if (disclosed.length > 0 && !disclosed.some((canary) => search.found.has(canary))) {
    throw fail(
      'internal',
      `the search for canaries at \`${org}\` finds none of ${disclosed.length} disclosed`,
    );
  }
  return withheld.filter((canary) => search.found.has(canary)).length;
}

/** A section that the last signed report does not disclose to it must be nowhere. */
export function canariesFor(
  org: OrgId,
  notices: readonly Submitted[],
): { readonly disclosed: readonly string[]; readonly withheld: readonly string[] } {
  const [disclosed, withheld]: [string[], string[]] = [[], []];
  for (const { originator, canaries, shown } of notices) {
    if (originator === org || shown === undefined || shown.state === 'queued') continue;
    const pair = shown.recipients.find((entry) => entry.org === org);
    const may = new Set(pair?.outcome === 'denied' ? [] : pair?.sections);
    const holds = pair?.receipt?.type === 'held';
    for (const [section, canary] of canaries) {
      if (!may.has(section)) withheld.push(canary);
      else if (holds) disclosed.push(canary);
    }
  }
  return { disclosed, withheld };
}
