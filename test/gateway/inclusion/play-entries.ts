import { encodeBase64 } from '../../../services/shared/kernel/base64.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import type { SignedRecord } from '../../../services/shared/ledger/record-head.js';
import { leafHash, treeOfHashes } from '../../../services/shared/trust/merkle.js';
import type { Broker } from '../../support/broker.js';
import type { Hub } from '../play-hub.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import { playLog } from '../witness/play-log.js';

/** A log over the records that a test puts into it, whose checkpoints the hub shows again and again. */
export interface PlayedEntries {
  /** The witnesses that cosign the next checkpoints. */
  witnesses: readonly string[];
  /** Records of versions of the directory as they were signed, by the digests of the versions. */
  readonly directories: Map<string, SignedRecord>;
  /** Signs the next checkpoints in the place of the witnesses. */
  cosign: ((note: string) => Promise<readonly string[]>) | undefined;
  /** Answers every question about the log; undefined leaves it unanswered. */
  answer: (query: Claims) => Claims | undefined;
  /** Continues with another history: its first entry is another one. */
  fork(): void;
  /** How many inclusion questions were asked. */
  asked(): number;
  /** The time of the heartbeats from now on; by default the present. */
  heartbeat: Date | undefined;
  /** The hub shows no further checkpoints, but proves records under them, however few witnesses cosigned them. */
  isHasty: boolean;
  /** Lines that the hub adds to the note of each answer. */
  padding: string;
  /** Appends records, by the digests of their statements, and publishes a checkpoint of the tree. */
  append(...records: readonly string[]): Promise<void>;
  /** Shows the newest checkpoint now, and four times a second until `stop`. */
  show(): Promise<void>;
  stop(): void;
}

interface PlayedFor {
  readonly broker: Broker;
  readonly hub: Hub;
  readonly orgs: readonly string[];
  readonly now: () => Date;
}

/** PROOF(from, D[to]) of RFC 9162 section 2.1.4.1 over the hashes of entries; `from` is above 0. */
function consistencyOf(hashes: readonly Uint8Array[], from: number, to: number): readonly Uint8Array[] {
  const part = (m: number, leaves: readonly Uint8Array[], isWhole: boolean): readonly Uint8Array[] => {
    if (m === leaves.length) return isWhole ? [] : [treeOfHashes(leaves).root];
    const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
    const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
    return m <= k
      ? [...part(m, left, isWhole), treeOfHashes(right).root]
      : [...part(m - k, right, false), treeOfHashes(left).root];
  };
  return part(from, hashes.slice(0, to), true);
}

export async function playEntries({ broker, hub, orgs, now }: PlayedFor): Promise<PlayedEntries> {
  const log = await playLog(broker, hub, { now });
  const hashes: Uint8Array[] = [leafHash(Buffer.from('an earlier record'))];
  const places = new Map<string, number>();
  let showing: NodeJS.Timeout | undefined;
  let count = 0;
  let proving = { size: 0, note: '' };
  let shown = { size: 0, note: '', cosignatures: [] as readonly string[] };
  const publish = async (): Promise<void> => {
    const time = played.heartbeat ?? now();
    for (const org of orgs) await log.publish(org, { ...shown, time });
  };
  const inclusionOf = (records: readonly string[]) => {
    const tree = treeOfHashes(hashes.slice(0, proving.size));
    const proofs = records.map((record) => {
      const index = places.get(record) ?? proving.size;
      return index >= proving.size ? null : { index, path: tree.path(index).map(encodeBase64) };
    });
    return { note: proving.note + played.padding, proofs };
  };
  const played: PlayedEntries = {
    witnesses: orgs,
    heartbeat: undefined,
    isHasty: false,
    padding: '',
    directories: new Map(),
    cosign: undefined,
    answer: (query) => {
      if (query['type'] === 'directory') {
        const record = played.directories.get(String(query['directory']));
        if (record === undefined) return { type: 'directory', record: null };
        return { type: 'directory', record: encodeBase64(record.bytes), ...inclusionOf([record.digest]) };
      }
      if (query['type'] !== 'inclusion') {
        const [from, to] = [Number(query['from']), Number(query['to'])];
        const proof = !(from > 0 && to <= proving.size)
          ? null
          : consistencyOf(hashes, from, to).map(encodeBase64);
        return { type: 'consistency', note: proving.note, proof };
      }
      return { type: 'inclusion', ...inclusionOf(query['records'] as readonly string[]) };
    },
    asked: () => count,
    fork: () => {
      hashes[0] = leafHash(Buffer.from('another earlier record'));
    },
    append: async (...records) => {
      for (const record of records) {
        places.set(record, hashes.length);
        hashes.push(leafHash(Buffer.from(record, 'base64url')));
      }
      const tree = treeOfHashes(hashes);
      const note = log.note(tree.size, tree.root);
      const cosignatures = await (played.cosign?.(note) ??
        Promise.all(played.witnesses.map((org) => memberCosignature(broker, org, note))));
      if (!played.isHasty) shown = { size: tree.size, note, cosignatures };
      if (cosignatures.length === orgs.length || played.isHasty)
        proving = { size: tree.size, note: note + cosignatures.join('') };
      await publish();
    },
    show: async () => {
      await publish();
      showing ??= setInterval(() => void publish().catch(() => undefined), 250);
    },
    stop: () => {
      clearInterval(showing);
      showing = undefined;
    },
  };
  hub.answer = (query) => {
    if (query['type'] === 'cosign') return { type: 'cosign' };
    if (query['type'] === 'inclusion') count += 1;
    return played.answer(query);
  };
  return played;
}
