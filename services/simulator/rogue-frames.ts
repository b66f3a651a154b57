import { v7 as uuidv7 } from 'uuid';
import { seconds } from '../shared/kernel/clock.js';
import { type FrameId, type OrgId, parseFrameId, parseNoticeId } from '../shared/kernel/ids.js';
import { composeNotice, type Draft } from '../shared/notice/draft.js';
import { digest, frameId, hexDigest } from '../shared/trust/digest.js';
import { signJws } from '../shared/trust/jws.js';
import type { Signer } from '../shared/trust/keys.js';
import { issueNotice, splitSdJwt } from '../shared/trust/sd-jwt.js';
import { CONTRACT_TAG } from '../shared/wire/codec.js';
import { frames } from '../shared/wire/frames.js';
import { noticeItems } from '../shared/wire/items.js';
import type { Chance } from '../shared/kernel/chance.js';

/** Frames that no gateway sends; each must be refused or quarantined. */
export const ROGUES = [
  'bad-signature',
  'algorithm-none',
  'foreign-originator',
  'replay-of-another',
  'expired-long-ago',
  'routing-stripped',
  'foreign-statement',
  'wrong-frame-id',
  'unreadable',
  'later-contract',
  'cut-off',
] as const;

/** One of `ROGUES`. */
export type Rogue = (typeof ROGUES)[number];

/** Rogues that the hub quarantines as a whole, without recording a report. */
const UNRECORDED: readonly Rogue[] = [
  'foreign-statement',
  'wrong-frame-id',
  'unreadable',
  'later-contract',
  'cut-off',
];

/** Returns the rogue, or an unrecorded rogue instead of one that would be recorded. */
export function unrecordedRogue(rogue: Rogue): Rogue {
  return UNRECORDED.includes(rogue) ? rogue : 'foreign-statement';
}

/** A rogue frame, ready to publish. */
export interface RogueFrame {
  readonly rogue: Rogue;
  readonly org: OrgId;
  readonly frame: FrameId;
  readonly bytes: Uint8Array;
  /** Digests of its bytes and of its notice: the ids of the quarantine entries that it may cause. */
  readonly entries: readonly string[];
}

/** An organisation whose keys were stolen, and another organisation to attack. */
export interface Theft {
  readonly org: OrgId;
  readonly signer: Signer;
  readonly other: OrgId;
  readonly otherSigner: Signer;
  readonly federation: string;
  readonly draft: Draft;
  readonly now: Date;
  readonly chance: Chance;
}

const YEARS_MS = 6 * 366 * 86_400_000;

/** Builds one rogue frame. */
export async function makeRogue(rogue: Rogue, theft: Theft): Promise<RogueFrame> {
  const { org, chance } = theft;
  const random = (): Buffer => Buffer.from(chance.hex(chance.whole(1, 400)), 'hex');
  if (rogue === 'unreadable') return framed(rogue, org, random());
  if (rogue === 'later-contract')
    return framed(rogue, org, Buffer.concat([Buffer.from([CONTRACT_TAG, chance.whole(2, 127)]), random()]));
  const notice = await makeNotice(rogue, theft);
  const statement = await makeStatement(rogue, theft, notice);
  const submission = frames.submission.encode({ statement, items: noticeItems([notice]) });
  const bytes = frames.submissionFrame.encode({ submission });
  if (rogue === 'wrong-frame-id') return framed(rogue, org, bytes);
  if (rogue === 'cut-off') return framed(rogue, org, bytes.subarray(0, chance.whole(3, bytes.length - 1)));
  const entries = [hexDigest(bytes), hexDigest(Buffer.from(notice))];
  return { rogue, org, frame: frameId('submission', org, submission), bytes, entries };
}

/** Builds a frame whose id is the digest of its bytes alone; no gateway names frames this way. */
function framed(rogue: Rogue, org: OrgId, bytes: Uint8Array): RogueFrame {
  const id = hexDigest(bytes);
  return { rogue, org, bytes, frame: parseFrameId(id), entries: [id] };
}

async function makeNotice(rogue: Rogue, theft: Theft): Promise<string> {
  const { org, other, signer, otherSigner, federation, draft } = theft;
  const now = rogue === 'expired-long-ago' ? new Date(theft.now.getTime() - YEARS_MS) : theft.now;
  const isOthers = rogue === 'foreign-originator' || rogue === 'replay-of-another';
  const ids = { id: parseNoticeId(uuidv7()), number: 1, originator: isOthers ? other : org };
  const notice = composeNotice(draft, { ...ids, now });
  const key = rogue === 'replay-of-another' ? otherSigner : signer;
  return spoil(rogue, await issueNotice(notice, { federation, signer: key }));
}

function spoil(rogue: Rogue, sdJwt: string): string {
  const { jwt, disclosures } = splitSdJwt(sdJwt);
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const again = (token: string, kept = disclosures): string => `${[token, ...kept].join('~')}~`;
  if (rogue === 'bad-signature') {
    const broken = Buffer.from(signature, 'base64url').map((byte, index) => (index === 9 ? byte ^ 1 : byte));
    return again(`${header}.${payload}.${Buffer.from(broken).toString('base64url')}`);
  }
  if (rogue === 'algorithm-none') {
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'notice+sd-jwt' })).toString('base64url');
    return again(`${none}.${payload}.`);
  }
  if (rogue === 'routing-stripped')
    return again(
      jwt,
      disclosures.filter((text) => !isRouting(text)),
    );
  return sdJwt;
}

function isRouting(disclosure: string): boolean {
  return Buffer.from(disclosure, 'base64url').toString().includes('"routing"');
}

function makeStatement(
  rogue: Rogue,
  { org, signer, other, otherSigner, ...theft }: Theft,
  notice: string,
): Promise<string> {
  const isForeign = rogue === 'foreign-statement';
  const claims = { iss: isForeign ? other : org, iat: seconds(theft.now), aud: theft.federation };
  const about = { number: 1, previous: null, items: [digest(notice)] };
  return signJws('submission+jws', { ...claims, ...about }, isForeign ? otherSigner : signer);
}
