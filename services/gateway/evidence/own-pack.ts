import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseNoticeId } from '../../shared/kernel/ids.js';
import { recallFrame } from '../../shared/ledger/recall.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import { claimedApprovers } from '../../shared/trust/signers/notice-approval.js';
import { MAX_PACK_ENTRIES, type Pack, type PackNotice, type PackRecall } from '../../shared/verify/pack.js';
import { wholeRecordOf } from '../../shared/verify/pack-parts.js';
import { frames } from '../../shared/wire/frames.js';
import type { Identity } from '../identity.js';
import { operatorsOf, recallsIn } from './delivered-recalls.js';
import { ownDeliveries, type OwnEvidence } from './own-deliveries.js';

/** What packs are made of. */
export interface EvidenceDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
}

/**
 * Returns the evidence about an own notice and all of its recipients; undefined for an unknown notice. Throws `usage` for more
 * deliveries than a pack holds, and `not-provable` for a notice whose content is erased and that no record names.
 */
export function ownPack({ identity, store }: EvidenceDeps, named: string): Pack | undefined {
  const own = ownEvidence(store, named);
  if (own === undefined) return undefined;
  const { org: originator } = identity;
  const { recalls, answers } = ownRecalls(store, originator, named);
  const deliveries = [...ownDeliveries(store, own), ...answers];
  if (deliveries.length > MAX_PACK_ENTRIES)
    throw fail('usage', 'too many deliveries for one pack: ask for one recipient', [
      { path: 'recipient', message: `more than ${MAX_PACK_ENTRIES} deliveries` },
    ]);
  const parts = {
    notices: ownNotices(store, own),
    records: own.frames.flatMap(({ number }) =>
      store.settlement.recordsOn(number).map(({ bytes }) => wholeRecordOf(bytes)),
    ),
    deliveries,
    changes: changesOf(store, own),
    actions: [],
    recalls,
  };
  if (parts.notices.length === 0 && parts.records.length === 0)
    throw fail(
      'not-provable',
      'nothing that was signed names the notice: it ended before the hub recorded it',
    );
  const signers = [...parts.deliveries, ...parts.changes].map(({ recipient }) => recipient);
  const directory = showDirectory(identity.directory.current().frame, {
    organisations: new Set([originator, ...signers]),
    persons: new Set([...operatorsOf(recalls), ...claimedApprovers(parts.notices)]),
  });
  return { kind: 'pack', originator, notice: parseNoticeId(named), recipient: null, directory, ...parts };
}

/** Returns the revisions and frames of an own notice; undefined for an unknown notice. */
export function ownEvidence(store: GatewayStore, id: string): OwnEvidence | undefined {
  const revisions = store.own.revisions(id);
  return revisions.length === 0 ? undefined : { id, revisions, frames: store.evidence.framesOf(id) };
}

/** The revisions that are held, or that a record names. */
function ownNotices(store: GatewayStore, { revisions, frames: own }: OwnEvidence): readonly PackNotice[] {
  const statements = new Map(own.map(({ number, statement }) => [number, statement]));
  return revisions.flatMap(({ seq, number, digest, frame }): readonly PackNotice[] => {
    const sdJwt = store.own.sdJwt(seq) ?? null;
    if (sdJwt === null && store.settlement.recordsOf(seq).length === 0) return [];
    const submission = (frame === null ? undefined : statements.get(frame)) ?? null;
    return [{ number, digest, sdJwt, submission }];
  });
}

/** Returns the changes of receipts that are about a revision of the notice, each once. */
export function changesOf(
  { evidence }: GatewayStore,
  { revisions, frames: own }: OwnEvidence,
): Pack['changes'] {
  const seqs = new Set(revisions.map(({ seq }) => seq));
  const found = new Map<string, Pack['changes'][number]>();
  for (const { number } of own)
    for (const { org, jws, notices, words } of evidence.changesOn(number)) {
      const placed = JSON.parse(notices) as readonly number[];
      const said = JSON.parse(words) as readonly (readonly [number])[];
      if (said.some(([place]) => seqs.has(placed[place] ?? -1)))
        found.set(jws, { recipient: org as OrgId, change: jws });
    }
  return [...found.values()];
}

interface OwnRecalls {
  readonly recalls: readonly PackRecall[];
  /** This gateway's own answers. */
  readonly answers: Pack['deliveries'];
}

/** The recalls of an own notice as the hub handed them to its originator. */
export function ownRecalls({ items, inbox, evidence }: GatewayStore, org: OrgId, id: string): OwnRecalls {
  const records = items
    .of('', id)
    .flatMap(({ verb, fields }) => (verb === 'cancel' ? (fields.record ?? []) : []));
  const kept = records.flatMap((record) => inbox.deliveries(org, recallFrame(record)));
  const recalls = kept.flatMap(({ seq, statement }) =>
    recallsIn(frames.delivery.decode(evidence.proofsOf(seq) ?? new Uint8Array()), {
      recipient: org,
      statement,
    }),
  );
  const answers = kept.map(({ statement, receipt }) => ({ recipient: org, statement, receipt, places: [] }));
  return { recalls, answers };
}
