import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { UnprovedRecord } from '../../shared/store/gateway/log/log-proofs.js';
import { digest } from '../../shared/trust/digest.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import { type OwedClaim, signOwed } from '../../shared/verify/owed-claim.js';
import { frames } from '../../shared/wire/frames.js';
import { federationOf, type Identity } from '../identity.js';
import { requireSet } from '../signed-parts.js';

/** A record of the hub as it was signed, and the frame and originator that it is about. */
export interface SignedStatement {
  readonly statement: string;
  readonly originator: string;
  readonly frame: string;
  /** When the hub signed it, in milliseconds since the epoch. */
  readonly issuedAt: number;
}

/** Reads the statement of a record from the report or the delivery that brought it; undefined if that was forgotten. */
export function statementOf(
  { settlement, evidence }: Pick<GatewayStore, 'settlement' | 'evidence'>,
  { digest: named, delivery }: UnprovedRecord,
): SignedStatement | undefined {
  const own = settlement.recordNamed(named)?.bytes;
  const found = own === undefined ? deliveredIn(evidence.proofsOf(delivery ?? 0)) : [statementIn(own)];
  const statement = found.find((one) => digest(one) === named);
  if (statement === undefined) return undefined;
  const { org, frame, iat } = Object(claimsIn(statement)) as Readonly<Record<string, unknown>>;
  return { statement, originator: String(org), frame: String(frame), issuedAt: Number(iat) * 1000 };
}

function deliveredIn(proofs: Uint8Array | undefined): readonly string[] {
  if (proofs === undefined) return [];
  const { records, items } = frames.delivery.decode(proofs);
  const recalls = items.flatMap(({ recall }) => (recall ? [statementIn(recall.record)] : []));
  return [...records.map(({ statement }) => statement), ...recalls];
}

const statementIn = (record: Uint8Array): string =>
  requireSet(frames.record.decode(record).statement).statement;

/** Signs the claim that the hub owes the inclusion of a record, and returns it as evidence to be kept. */
export async function owedEvidence(
  identity: Identity,
  { digest: record, at: arrived }: UnprovedRecord,
  { statement, originator: org, frame, issuedAt }: SignedStatement,
): Promise<KeptEvidence> {
  const now = identity.clock();
  const by = { signer: identity.noticeSigner, federation: federationOf(identity), now };
  // The record may have arrived while the clock was ahead: nothing is owed since a later time than that of the claim.
  const since = new Date(Math.max(Math.min(arrived, now.getTime()), issuedAt));
  const claim = await signOwed({ what: 'inclusion', owes: 'hub', record, since }, by);
  const bytes = Buffer.from(JSON.stringify({ statement: claim, record: statement }));
  return { what: 'missing', org, frame, digest: record, bytes, at: now.getTime() };
}

/** Reads the claim and the record from kept evidence. */
export function readOwed({ bytes }: KeptEvidence): Pick<OwedClaim, 'statement' | 'record'> {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Pick<OwedClaim, 'statement' | 'record'>;
}
