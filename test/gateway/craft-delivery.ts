import { decodeBase64url } from '../../services/shared/kernel/base64url.js';
import type { FrameId, OrgId } from '../../services/shared/kernel/ids.js';
import { type DeliveryStatement, signDelivery } from '../../services/shared/ledger/delivery/delivery.js';
import { type DeliveredLeaf, deliveryRoot } from '../../services/shared/ledger/delivery/delivery-root.js';
import { createRecordProver } from '../../services/shared/ledger/delivery/record-proof.js';
import { recordedOf, type RecipientDecision } from '../../services/shared/ledger/denials.js';
import type { SignedRecord } from '../../services/shared/ledger/record-head.js';
import type { NoticePart, ReportPart } from '../../services/shared/ledger/record-parts.js';
import { signReport } from '../../services/shared/ledger/record-sign.js';
import type { DisclosedOf } from '../../services/shared/ledger/report/held-parts.js';
import type { SubmissionName } from '../../services/shared/ledger/record-own-parts.js';
import { attributesOf } from '../../services/shared/notice/attributes.js';
import type { Section } from '../../services/shared/notice/kinds.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import type { Signer } from '../../services/shared/trust/keys.js';
import type { SubmittedNotice, Verified } from '../../services/shared/trust/open-notice.js';
import { redact } from '../../services/shared/trust/redact.js';
import { type DeliveryFrame, type LedgerRecord, frames } from '../../services/shared/wire/frames.js';
import { noDisclosures } from '../support/no-disclosures.js';

/** A notice with the sections that a recipient gets. */
export interface Gift {
  readonly notice: Verified<SubmittedNotice>;
  readonly sections: readonly Section[];
}

/** The hub's keys and clock. */
export interface CraftedBy {
  readonly signer: Signer;
  readonly directory: Directory;
  readonly now: () => Date;
}

/** The part of a report about a notice. */
export function noticePartOf(notice: Gift['notice']): NoticePart {
  const { jti, digest, number, exp, header, routing, sections } = notice;
  const attributes = attributesOf(header, routing);
  const part: NoticePart = { type: 'notice', jti, digest, number, exp, attributes, sections };
  noticeOf.set(part, notice);
  return part;
}

/** The notice of each part that was made here, for what the shares of a report disclose. */
const noticeOf = new WeakMap<object, Gift['notice']>();

/** Returns what the shares of a report with these parts disclose; nothing of a notice whose part was not made here. */
function disclosedBy(parts: readonly ReportPart[]): DisclosedOf {
  const notices = new Map(
    parts.flatMap((part) => (part.type === 'notice' ? [[part.jti, noticeOf.get(part)] as const] : [])),
  );
  return (jti, sections) => {
    const notice = notices.get(jti);
    return notice === undefined ? noDisclosures() : redact(notice, sections).disclosed;
  };
}

/** The decision to give a recipient these sections; undefined denies. */
export function decide(
  recipient: OrgId,
  sections: readonly Section[],
  given: readonly Section[] | undefined,
): RecipientDecision {
  const withheld = given === undefined ? [] : sections.filter((section) => !given.includes(section));
  const outcome = given === undefined ? 'denied' : withheld.length === 0 ? 'delivered' : 'redacted';
  const rest = { sections: given ?? [], withheld, advertised: withheld, obligations: [], rules: [] };
  return { recipient, outcome, ...rest };
}

/** Signs a report with these parts, as a router does. */
export function craftReport(
  { signer, directory, now }: CraftedBy,
  about: {
    readonly originator: OrgId;
    readonly frame: FrameId;
    readonly parts: readonly ReportPart[];
    readonly reason?: 'routing' | 'narrowing';
    readonly submission?: SubmissionName;
    /** What the shares say of the disclosures of a notice; by default the truth. */
    readonly disclosedOf?: DisclosedOf;
    /** Actions and requests, which stand beside the statement. */
    readonly beside?: Pick<LedgerRecord, 'actions' | 'requests'>;
  },
): Promise<SignedRecord> {
  const { originator: org, frame, parts, reason = 'routing', submission = null, beside = {} } = about;
  const { disclosedOf = disclosedBy(parts) } = about;
  const members = [...directory.organisations.keys()];
  const content = { reason, org, frame, directory: directory.version, members, policies: {} };
  return signReport(
    { ...content, submission, parts, disclosedOf, beside },
    { signer, federation: directory.federation, now: now() },
  );
}

/** Signs a routing report by which one recipient gets these notices. */
export function craftRouting(
  by: CraftedBy,
  { recipient, originator, frame, gifts }: Omit<Crafting, 'records'>,
): Promise<SignedRecord> {
  const parts = gifts.flatMap(({ notice, sections }): readonly ReportPart[] => {
    const said = recordedOf(notice.jti, [decide(recipient, notice.sections, sections)]);
    return [noticePartOf(notice), ...said.decisions, ...said.denials];
  });
  return craftReport(by, { originator, frame, parts });
}

interface Crafting {
  readonly recipient: OrgId;
  readonly originator: OrgId;
  readonly frame: FrameId;
  /** What is delivered; a lying hub delivers other than it recorded. */
  readonly gifts: readonly Gift[];
  /** The routing report first. */
  readonly records: readonly SignedRecord[];
}

/** What a test changes of a delivery. */
export interface MessageChange {
  readonly statement?: Partial<DeliveryStatement>;
  /** What the root is over, where it is not what is delivered. */
  readonly leaves?: readonly DeliveredLeaf[];
  readonly frame?: (frame: DeliveryFrame) => DeliveryFrame;
  readonly signer?: Signer;
  readonly at?: Date;
  /** What was recorded, where it is not what is delivered. */
  readonly recorded?: readonly Gift[];
}

/** The message of a delivery with the report that it rests on. */
export async function craftMessage(
  by: CraftedBy,
  crafting: Omit<Crafting, 'records'>,
  { recorded = crafting.gifts, ...change }: MessageChange,
): Promise<Uint8Array> {
  const records = [await craftRouting(by, { ...crafting, gifts: recorded })];
  return craftDelivery(by, { ...crafting, records }, change);
}

/** The message of a delivery that rests on these records, with what a test changes of its statement or of the frame. */
export async function craftDelivery(
  { signer, now }: CraftedBy,
  { recipient, originator, frame, gifts, records }: Crafting,
  change: Omit<MessageChange, 'recorded'> = {},
): Promise<Uint8Array> {
  const proofs = records.flatMap(({ statement }) => createRecordProver(statement)(recipient)?.proof ?? []);
  const seed = seedIn(proofs[0]?.own.map(({ part }) => part) ?? []);
  const copies = gifts.map(({ notice, sections }) => ({ notice, copy: redact(notice, sections) }));
  const leaves = copies.map(({ notice: { jti, digest }, copy: { disclosed } }) => ({
    jti,
    digest,
    disclosed,
  }));
  const said: DeliveryStatement = {
    recipient,
    originator,
    frame,
    records: records.map(({ digest }) => digest),
    ...deliveryRoot(seed, change.leaves ?? leaves),
    actions: [],
    requests: [],
    ...change.statement,
  };
  const statement = await signDelivery(said, { signer: change.signer ?? signer, now: change.at ?? now() });
  const items = copies.map(({ copy }) => ({ notice: copy.text }));
  const made: DeliveryFrame = { statement, records: proofs, seed, items };
  return frames.delivery.encode(change.frame?.(made) ?? made);
}

function seedIn(parts: readonly Uint8Array[]): Uint8Array {
  const all = parts.map(
    (part) => JSON.parse(Buffer.from(part).toString('utf8')) as { type: string; seed?: string },
  );
  const seed = all.find(({ type }) => type === 'seed')?.seed;
  return seed === undefined ? new Uint8Array() : decodeBase64url(seed);
}
