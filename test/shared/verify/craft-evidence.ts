import { v7 as uuidv7 } from 'uuid';
import { seconds } from '../../../services/shared/kernel/clock.js';
import {
  type NoticeId,
  type OrgId,
  parseCommandId,
  parseFrameId,
  parseNoticeId,
  parseOrgId,
} from '../../../services/shared/kernel/ids.js';
import { signAction } from '../../../services/shared/ledger/action.js';
import { createHandOutAction } from '../../../services/shared/ledger/action-delivery.js';
import { noticeEntry, signCommand, verifyCommand } from '../../../services/shared/ledger/command.js';
import { type CommandPart, signCommandRecord } from '../../../services/shared/ledger/command-record.js';
import { signDelivery, verifyDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { hashLeaves } from '../../../services/shared/ledger/delivery/delivery-root.js';
import { createRecordProver } from '../../../services/shared/ledger/delivery/record-proof.js';
import { recordedOf } from '../../../services/shared/ledger/denials.js';
import { recallStatement } from '../../../services/shared/ledger/recall.js';
import { signChange } from '../../../services/shared/ledger/receipt/change.js';
import { type ReceiptContent, signReceipt } from '../../../services/shared/ledger/receipt/receipt.js';
import type { SignedRecord } from '../../../services/shared/ledger/record-head.js';
import type { ReportPart } from '../../../services/shared/ledger/record-parts.js';
import type { Section } from '../../../services/shared/notice/kinds.js';
import { digest, hexDigest } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { openDirectory, signDirectory } from '../../../services/shared/trust/directory.js';
import type { PrivateJwk, PublicJwk } from '../../../services/shared/trust/jwk.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { generateKey, importSigner, type Signer } from '../../../services/shared/trust/keys.js';
import {
  openSubmission,
  type SubmittedNotice,
  type Verified,
} from '../../../services/shared/trust/open-notice.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { issueNotice } from '../../../services/shared/trust/sd-jwt.js';
import type { PackPlace } from '../../../services/shared/verify/pack.js';
import { packPlaceOf } from '../../../services/shared/verify/pack-parts.js';
import { type DeliveryFrame, frames } from '../../../services/shared/wire/frames.js';
import { craftDelivery, craftReport, decide, type Gift, noticePartOf } from '../../gateway/craft-delivery.js';
import { signAmendment } from '../../../services/shared/trust/directory/sign-amendment.js';
import type { DirectorySource } from '../../../services/shared/trust/directory-source.js';
import { entryOf, makeFederation, NOW } from '../trust/federation.js';
import { exampleNotice } from '../trust/notices.js';

export const [EUROPOL, AFRIPOL, INTERPOL] = ['europol', 'afripol', 'interpol'].map(parseOrgId) as [
  OrgId,
  OrgId,
  OrgId,
];

/** A federation of three members with two operators, and every signer. */
export interface Keys {
  readonly directory: Directory;
  readonly anchor: PublicJwk;
  /** The key of the log, which signs checkpoints. */
  readonly logJwk: PrivateJwk;
  readonly signer: (kid: string) => Signer;
  /** Signs a later version of the directory in which this key of the hub is revoked since the first one. */
  readonly revoking: (kid: string) => Promise<Directory>;
  /** Signs a later version of the directory in which every member has left. */
  readonly leaving: () => Promise<Directory>;
  /** Amends the directory with its directory key: this member is suspended. */
  readonly amending: (org: string) => Promise<Directory>;
  /** Signs a later version of the directory that lists the next key of the log too. */
  readonly renewing: () => Promise<Directory>;
}

async function makeKeys(): Promise<Keys> {
  const kids = ['interpol:notice:1', 'interpol:receipt:1', 'hub:operator:1', 'hub:operator:2'];
  const logJwk = await generateKey('hub:log:1');
  const more = new Map(await Promise.all(kids.map(async (kid) => [kid, await generateKey(kid)] as const)));
  const signers = new Map(
    await Promise.all([...more].map(async ([kid, key]) => [kid, await importSigner(key)] as const)),
  );
  const { source, anchor, root, signer } = await makeFederation();
  const listed = (kid: string, person?: string) =>
    entryOf(more.get(kid)!, person === undefined ? {} : { person });
  const { afripol } = source.organisations;
  const interpol = {
    ...afripol!,
    name: 'Invented interpol',
    contact: 'desk@interpol.example',
    keys: [listed('interpol:notice:1'), listed('interpol:receipt:1')],
  };
  const operators = [listed('hub:operator:1', 'A. Example'), listed('hub:operator:2', 'B. Example')];
  const hub = { ...source.hub, keys: [...source.hub.keys, ...operators, entryOf(logJwk)] };
  const first = { ...source, hub, organisations: { ...source.organisations, interpol } };
  const directory = await openDirectory(await signDirectory(first, root), anchor);
  const later = async (change: Partial<DirectorySource>): Promise<Directory> => {
    const source = { ...first, version: 2, previous: directory.digest, ...change };
    return openDirectory(await signDirectory(source, root), anchor);
  };
  const at = first.issuedAt;
  const revoking = (kid: string): Promise<Directory> => {
    const keys = hub.keys.map((key) => (key.kid === kid ? { ...key, revokedAt: at } : key));
    return later({ hub: { ...hub, keys } });
  };
  const leaving = (): Promise<Directory> => {
    const left = Object.entries(first.organisations).map(
      ([org, member]) => [org, { ...member, leavingAt: at, leftAt: at }] as const,
    );
    return later({ organisations: Object.fromEntries(left) });
  };
  const renewing = async (): Promise<Directory> =>
    later({ hub: { ...hub, keys: [...hub.keys, entryOf(await generateKey('hub:log:2'))] } });
  const listedMembers: DirectorySource['organisations'] = first.organisations;
  const amending = async (org: string): Promise<Directory> => {
    const suspended = { ...listedMembers[org]!, suspendedAt: '2026-06-01T10:00:00Z' };
    const organisations = { ...first.organisations, [org]: suspended };
    const dates = { issuedAt: '2026-06-01T11:00:00Z', nextUpdate: '2026-06-08T11:00:00Z' };
    const wanted = { ...first, version: 2, previous: directory.digest, organisations, ...dates };
    const frame = await signAmendment(directory.frame, wanted, { signer: signer('hub:directory:1') });
    return openDirectory(frame!, anchor);
  };
  const signerOf = (kid: string): Signer => signers.get(kid) ?? signer(kid);
  return { directory, anchor, logJwk, signer: signerOf, revoking, leaving, amending, renewing };
}

/** A delivery as its recipient has it, with the receipt that it signed. */
export interface Delivered {
  readonly recipient: OrgId;
  readonly delivery: DeliveryFrame;
  readonly receipt: string;
  readonly places: readonly PackPlace[];
}

/** One notice of europol with all that parties hold of it. */
export interface Evidence {
  readonly keys: Keys;
  readonly id: NoticeId;
  readonly notice: Verified<SubmittedNotice>;
  readonly text: string;
  readonly submission: string;
  readonly routing: SignedRecord;
  /** The report on the restriction of one section at afripol. */
  readonly restricting: SignedRecord;
  readonly given: Readonly<Record<'afripol' | 'interpol', readonly Section[]>>;
  readonly deliveries: Readonly<Record<'afripol' | 'interpol', Delivered>>;
  /** The delivery of the restriction to afripol. */
  readonly restricted: Delivered;
  /** Of afripol, about its end. */
  readonly change: string;
  readonly recall: {
    readonly proposal: SignedRecord;
    readonly record: SignedRecord;
    /** The hub's statement to afripol. */
    readonly statement: string;
    readonly receipt: string;
  };
}

const FEDERATION = 'demo';

interface CraftedNotice {
  /** The keys of a federation that exists already; new ones by default. */
  readonly keys?: Keys;
  /** The last digit of the id of the notice; the other notice has the next one. */
  readonly number?: number;
}

/** Makes a notice of europol that afripol and interpol get beside another notice, with actions and answers. */
export async function craftEvidence({ keys: known, number = 1 }: CraftedNotice = {}): Promise<Evidence> {
  const keys = known ?? (await makeKeys());
  const issue = async (id: string) => {
    const notice = exampleNotice('red');
    const named = { ...notice, header: { ...notice.header, id: parseNoticeId(id) } };
    const text = await issueNotice(named, {
      federation: FEDERATION,
      signer: keys.signer('europol:notice:1'),
    });
    const opening = { directory: keys.directory, originator: EUROPOL, now: NOW };
    return { text, notice: await openSubmission(text, opening) };
  };
  const other = await issue(`01977000-0000-7000-8000-00000000000${number + 1}`);
  const { text, notice } = await issue(`01977000-0000-7000-8000-00000000000${number}`);
  const id = notice.id;
  const submission = await signJws(
    'submission+jws',
    {
      iss: 'europol',
      iat: seconds(NOW),
      aud: FEDERATION,
      number: 7,
      previous: null,
      items: [digest(other.text), digest(text)],
    },
    keys.signer('europol:notice:1'),
  );
  const given = {
    afripol: notice.sections.filter((name) => !['biometrics', 'judicial'].includes(name)),
    interpol: notice.sections,
  };
  const routing = await craftReport(hubOf(keys), {
    originator: EUROPOL,
    frame: parseFrameId(hexDigest('frame 1')),
    submission: { number: 7, digest: digest(submission) },
    parts: [...partsOf(other.notice, { afripol: other.notice.sections }), ...partsOf(notice, given)],
  });
  const gifts = (org: 'afripol' | 'interpol'): readonly Gift[] =>
    org === 'afripol'
      ? [
          { notice: other.notice, sections: other.notice.sections },
          { notice, sections: given.afripol },
        ]
      : [{ notice, sections: given.interpol }];
  const deliveries = {
    afripol: await deliver(keys, { recipient: AFRIPOL, record: routing, gifts: gifts('afripol') }),
    interpol: await deliver(keys, { recipient: INTERPOL, record: routing, gifts: gifts('interpol') }),
  };
  const { restricting, restricted } = await restrict(keys, id);
  const change = await signChange(
    {
      recipient: AFRIPOL,
      federation: FEDERATION,
      originator: EUROPOL,
      changes: [
        {
          frame: parseFrameId(hexDigest('frame 1')),
          index: 1,
          jti: notice.jti,
          type: 'destroyed',
          before: null,
        },
      ],
    },
    { signer: keys.signer('afripol:receipt:1'), now: NOW },
  );
  const recall = await recallOf(keys, id);
  return {
    keys,
    id,
    notice,
    text,
    submission,
    routing,
    restricting,
    given,
    deliveries,
    restricted,
    change,
    recall,
  };
}

const hubOf = ({ directory, signer }: Keys) => ({
  signer: signer('hub:hub:1'),
  directory,
  now: () => NOW,
});

/** The parts of a report by which each of these organisations gets these sections. */
export function partsOf(
  notice: Verified<SubmittedNotice>,
  given: Readonly<Partial<Record<string, readonly Section[]>>>,
): readonly ReportPart[] {
  const said = [AFRIPOL, INTERPOL].map((org) => decide(org, notice.sections, given[org]));
  const { decisions, denials } = recordedOf(notice.jti, said);
  return [noticePartOf(notice), ...decisions, ...denials];
}

interface Delivering {
  readonly recipient: OrgId;
  readonly record: SignedRecord;
  readonly gifts: readonly Gift[];
}

async function deliver(keys: Keys, { recipient, record, gifts }: Delivering): Promise<Delivered> {
  const crafting = { recipient, originator: EUROPOL, frame: parseFrameId(hexDigest('frame 1')), gifts };
  const delivery = frames.delivery.decode(
    await craftDelivery(hubOf(keys), { ...crafting, records: [record] }),
  );
  const receipt = await answer(keys, { recipient, statement: delivery.statement });
  const about = gifts.map(({ notice, sections }) => ({
    jti: notice.jti,
    digest: notice.digest,
    disclosed: redact(notice, sections).disclosed,
  }));
  const leaves = hashLeaves(delivery.seed, about);
  const index = gifts.length - 1;
  const place = packPlaceOf({
    number: gifts[index]!.notice.number,
    index,
    disclosed: about[index]!.disclosed,
    seed: delivery.seed,
    leaves,
  });
  return { recipient, delivery, receipt, places: [place] };
}

/** Signs the receipt of a recipient for a delivery statement. */
export async function answer(
  { directory, signer }: Keys,
  { recipient, statement }: { readonly recipient: OrgId; readonly statement: string },
  said: Partial<ReceiptContent> = {},
): Promise<string> {
  const sent = await verifyDelivery(statement, { directory, recipient, now: NOW });
  const { records, root, size, frame } = sent;
  const about = { recipient, federation: FEDERATION, originator: EUROPOL, delivery: frame };
  return signReceipt(
    { ...about, records, root, size, except: [], actions: [], ...said },
    { signer: signer(`${recipient}:receipt:1`), now: NOW },
  );
}

async function restrict(keys: Keys, id: NoticeId): Promise<Pick<Evidence, 'restricting' | 'restricted'>> {
  const action = await signAction(
    {
      id,
      number: seconds(NOW) * 1000,
      verb: 'restrict',
      reason: 'by-originator',
      listed: [{ to: AFRIPOL, sections: ['narrative'] }],
    },
    { signer: keys.signer('europol:notice:1'), federation: FEDERATION, now: NOW, members: 3 },
  );
  const named = digest(action.statement);
  const frame = parseFrameId(hexDigest('frame 2'));
  const restricting = await craftReport(hubOf(keys), {
    originator: EUROPOL,
    frame,
    parts: [
      {
        type: 'action',
        digest: named,
        id,
        number: seconds(NOW) * 1000,
        verb: 'restrict',
        scope: 'listed',
        unnamed: [],
      },
      { type: 'act', to: AFRIPOL, digest: named },
    ],
    beside: { actions: [action] },
  });
  const handed = createHandOutAction(action)(AFRIPOL)!;
  const crafting = { recipient: AFRIPOL, originator: EUROPOL, frame, gifts: [], records: [restricting] };
  const delivery = frames.delivery.decode(
    await craftDelivery(hubOf(keys), crafting, {
      statement: { actions: [named] },
      frame: (made) => ({ ...made, items: [{ action: handed }] }),
    }),
  );
  const receipt = await answer(
    keys,
    { recipient: AFRIPOL, statement: delivery.statement },
    {
      actions: [{ digest: named, id, type: 'destroyed', before: null, after: null }],
    },
  );
  return { restricting, restricted: { recipient: AFRIPOL, delivery, receipt, places: [] } };
}

async function recallOf(keys: Keys, id: NoticeId): Promise<Evidence['recall']> {
  const entry = noticeEntry(EUROPOL, id);
  const record = async (kid: string, more: Partial<CommandPart>) => {
    const { first } = more;
    const content = {
      verb: 'cancel',
      org: EUROPOL,
      entry,
      notice: id,
      id: parseCommandId(uuidv7()),
      ...(first && { first }),
    } as const;
    const token = await signCommand(content, {
      signer: keys.signer(kid),
      federation: FEDERATION,
      now: NOW,
    });
    const { person } = await verifyCommand(token, { directory: keys.directory, now: NOW });
    const part = {
      type: 'command',
      command: content.id,
      verb: 'cancel',
      person,
      entry,
      notice: id,
      seq: 1,
      accepted: seconds(NOW),
      token: digest(token),
      outcome: 'proposed',
      code: null,
      ...more,
    } as const;
    const signed = await signCommandRecord(
      { org: EUROPOL, frame: parseFrameId(hexDigest(token)), token, part, results: [] },
      { signer: keys.signer('hub:hub:1'), federation: FEDERATION, now: NOW },
    );
    return { ...signed, token, command: content.id };
  };
  const proposal = await record('hub:operator:1', {});
  const second = await record('hub:operator:2', {
    first: proposal.command,
    proposal: proposal.digest,
    outcome: 'cancelled',
  });
  const named = { record: second.digest, command: digest(second.token) };
  const statement = await signDelivery(recallStatement({ recipient: AFRIPOL, originator: EUROPOL }, named), {
    signer: keys.signer('hub:hub:1'),
    now: NOW,
  });
  const receipt = await answer(
    keys,
    { recipient: AFRIPOL, statement },
    {
      actions: [{ digest: named.command, id, type: 'destroyed', before: null, after: null }],
    },
  );
  return { proposal, record: second, statement, receipt };
}

/** What the hub shows a member of a record. */
export function proofOf({ statement }: SignedRecord, org: OrgId) {
  return createRecordProver(statement)(org)!.proof;
}
