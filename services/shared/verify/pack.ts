import { closed } from '../kernel/closed-schema.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { fail } from '../kernel/errors.js';
import { type NoticeId, type OrgId, parseNoticeId, parseOrgId } from '../kernel/ids.js';
import type { ShownPart } from '../ledger/delivery/shown-part.js';
import { MAX_PROOF_LENGTH } from '../tlog/tlog-proof.js';
import type { ShownDirectory } from '../trust/directory/shown-directory.js';
import { at, evidenceAjv, evidenceSchemas, boundedList, nullable, requireForm } from './statements.js';

/**
 * What one organisation holds as evidence about one notice (docs/formats.md#evidence-pack). Bytes are base64url, tokens
 * compact JWSs.
 */
export interface Pack {
  readonly kind: 'pack';
  readonly originator: OrgId;
  readonly notice: NoticeId;
  /** The recipient that the pack is about; null in a pack of the originator about all of them. */
  readonly recipient: OrgId | null;
  /** The parts of the directory that verify it. */
  readonly directory: ShownDirectory;
  /** The revisions, oldest first. */
  readonly notices: readonly PackNotice[];
  /** The routing reports and narrowings, in the order of the ledger as far as the holder knows it. */
  readonly records: readonly PackRecord[];
  readonly deliveries: readonly PackDelivery[];
  /** Later words of recipients about deliveries. */
  readonly changes: readonly PackChange[];
  /** The actions that were handed to `recipient`; a pack about all recipients has actions in `records[].whole` instead. */
  readonly actions: readonly PackAction[];
  readonly recalls: readonly PackRecall[];
}

/** A revision of the notice. */
export interface PackNotice {
  readonly number: number;
  /** Digest of the signed notice, whatever is disclosed. */
  readonly digest: string;
  /** The copy that is held; null once its content is erased. */
  readonly sdJwt: string | null;
  /** The originator's statement of the submission; in packs about all recipients only. */
  readonly submission: string | null;
}

/** A leaf in base64url. */
export interface PackLeaf {
  readonly salt: string;
  readonly part: string;
}

/** A record of the hub: `shown` has single parts of one member, or `whole` has all parts; the other one is null. */
export interface PackRecord {
  readonly statement: string;
  readonly shown: readonly Omit<ShownPart, 'statement'>[] | null;
  readonly whole: WholeRecord | null;
  /** The proof that it is on the log (`.tlog-proof`); null where none is known. */
  readonly proof: string | null;
}

/** All parts of a report, and what is beside its statement. */
export interface WholeRecord {
  readonly leaves: readonly PackLeaf[];
  readonly actions: readonly WholeAction[];
  readonly requests: readonly string[];
}

/** An action with all of its leaves, of which decoys are hashes. */
export interface WholeAction {
  readonly statement: string;
  readonly leaves: readonly (PackLeaf | { readonly hash: string })[];
}

/** What the hub delivered to one recipient, and what that one signed. */
export interface PackDelivery {
  readonly recipient: OrgId;
  /** The hub's delivery statement; an originator usually has none. */
  readonly statement: string | null;
  readonly receipt: string | null;
  /** Where the revisions of the notice are in the delivery. */
  readonly places: readonly PackPlace[];
}

/** The place of one revision in the tree of a delivery. */
export interface PackPlace {
  readonly number: number;
  readonly salt: string;
  readonly index: number;
  readonly path: readonly string[];
  /** Digest of the disclosures that were delivered. */
  readonly disclosed: string;
}

/** A change of receipts. */
interface PackChange {
  readonly recipient: OrgId;
  readonly change: string;
}

/** An action as one holder got it; the part of the record that hands it over is in `records`. */
export interface PackAction {
  readonly statement: string;
  /** Null where the action means all holders. */
  readonly leaf: (PackLeaf & { readonly index: number; readonly path: readonly string[] }) | null;
}

/** A recall: the hub's delivery statement to one organisation and the exact bytes of both records. */
export interface PackRecall {
  readonly recipient: OrgId;
  readonly statement: string;
  readonly proposal: string;
  readonly record: string;
}

/** Maximum entries of each list of a pack. */
export const MAX_PACK_ENTRIES = 4_096;
const MAX_LEAVES = 40_000;
const { index, bytes, hash, path, org, token, leaf, salt, shownDirectory } = evidenceSchemas;
const number = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const list = (items: object): object => boundedList(items, MAX_PACK_ENTRIES);
const own = closed({ index, size: { ...index, minimum: 1 }, path });
const wholeAction = closed({
  statement: token,
  leaves: boundedList({ anyOf: [leaf, closed({ hash })] }, 1_024),
});
const record = closed({
  statement: token,
  shown: nullable(boundedList(closed({ salt, part: bytes, own, index, path }), MAX_PACK_ENTRIES, 1)),
  whole: nullable(
    closed({ leaves: boundedList(leaf, MAX_LEAVES), actions: list(wholeAction), requests: list(token) }),
  ),
  proof: nullable({ type: 'string', maxLength: MAX_PROOF_LENGTH }),
});
const place = closed({ number, salt, index, path, disclosed: hash });
/** The JSON schema of a pack. */
export const packSchema = closed({
  kind: { const: 'pack' },
  originator: org,
  notice: { type: 'string', maxLength: 36 },
  recipient: nullable(org),
  directory: shownDirectory,
  notices: list(closed({ number, digest: hash, sdJwt: nullable(token), submission: nullable(token) })),
  records: list(record),
  deliveries: list(
    closed({ recipient: org, statement: nullable(token), receipt: nullable(token), places: list(place) }),
  ),
  changes: list(closed({ recipient: org, change: token })),
  actions: list(closed({ statement: token, leaf: nullable(closed({ salt, part: bytes, index, path })) })),
  recalls: list(closed({ recipient: org, statement: token, proposal: bytes, record: bytes })),
});
const isPack = compileWhenUsed<Pack>(evidenceAjv, packSchema);

/**
 * Reads a pack from parsed JSON. Throws `schema-invalid` or `id-invalid` with the place of the first fault. Records must be
 * `whole` in a pack about all recipients and `shown` in a pack about one, whose deliveries and changes must be of that one.
 */
export function parsePack(value: unknown): Pack {
  const pack = requireForm(value, isPack());
  at('originator', () => parseOrgId(pack.originator));
  at('notice', () => parseNoticeId(pack.notice));
  if (pack.recipient !== null) at('recipient', () => parseOrgId(pack.recipient));
  for (const [i, { shown, whole }] of pack.records.entries()) {
    const isSound =
      pack.recipient === null ? whole !== null && shown === null : shown !== null && whole === null;
    if (!isSound) at(`records[${i}]`, wrongRecord);
  }
  for (const name of ['deliveries', 'changes'] as const)
    for (const [i, { recipient }] of pack[name].entries())
      at(`${name}[${i}].recipient`, () => requireAbout(pack, recipient));
  for (const [i, { recipient }] of pack.recalls.entries())
    if (recipient !== pack.originator) at(`recalls[${i}].recipient`, () => requireAbout(pack, recipient));
  return pack;
}

function wrongRecord(): never {
  throw fail(
    'schema-invalid',
    'a record is `whole` in a pack about all recipients, and `shown` in any other',
  );
}

function requireAbout({ recipient: about }: Pack, recipient: OrgId): void {
  parseOrgId(recipient);
  if (about !== null && recipient !== about) throw fail('schema-invalid', 'not the recipient of the pack');
}
