import type { Bus } from '../../services/shared/bus/connect.js';
import { consume, type Consumption } from '../../services/shared/bus/consume.js';
import type { Delivery } from '../../services/shared/bus/delivery.js';
import { publishOnce } from '../../services/shared/bus/publish.js';
import { sources } from '../../services/shared/bus/streams.js';
import { seconds } from '../../services/shared/kernel/clock.js';
import type { Code, LiaisonError } from '../../services/shared/kernel/errors.js';
import { type FrameId, type OrgId, parseOrgId } from '../../services/shared/kernel/ids.js';
import { recordedOf } from '../../services/shared/ledger/denials.js';
import type { SignedRecord } from '../../services/shared/ledger/record-head.js';
import type { ReportPart } from '../../services/shared/ledger/record-parts.js';
import { type VerifiedAction, verifyAction } from '../../services/shared/ledger/action.js';
import { verifySubmission } from '../../services/shared/ledger/submission.js';
import type { Section } from '../../services/shared/notice/kinds.js';
import { digest as sdJwtDigest } from '../../services/shared/trust/digest.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import { type Claims, signJws, verifyJws } from '../../services/shared/trust/jws.js';
import { readSigner, type Signer } from '../../services/shared/trust/keys.js';
import {
  openSubmission,
  type SubmittedNotice,
  type Verified,
} from '../../services/shared/trust/open-notice.js';
import { claimsIn } from '../../services/shared/trust/token-claims.js';
import {
  type Action,
  frames,
  type SubmissionFrame,
  type ReceiptFrame,
} from '../../services/shared/wire/frames.js';
import { noticesIn } from '../../services/shared/wire/items.js';
import { parseSubject, subjects } from '../../services/shared/wire/subjects.js';
import type { Broker } from '../support/broker.js';
import {
  craftDelivery,
  craftReport,
  craftRouting,
  decide,
  type Gift,
  noticePartOf,
} from './craft-delivery.js';

/** Decides the sections of a notice for one organisation; undefined denies. */
export type Rule = (notice: Verified<SubmittedNotice>, to: OrgId) => readonly Section[] | undefined;

/**
 * A hub for tests, with the hub's keys and the federation's broker permissions. It decides by a function instead of policies
 * and keeps no ledger.
 */
export interface Hub {
  readonly signer: Signer;
  readonly directory: Directory;
  bus(org: string): Promise<Bus>;
  /** Every notice frame seen, in order. */
  readonly seen: { readonly org: OrgId; readonly frame: FrameId; readonly message: SubmissionFrame }[];
  readonly receipts: { readonly org: OrgId; readonly frame: FrameId; readonly message: ReceiptFrame }[];
  /** The routing report on each frame that was taken. */
  readonly reports: ReadonlyMap<FrameId, SignedRecord>;
  rule: Rule;
  /** Returns the code for which an action is refused; undefined accepts it. */
  refuse: (action: VerifiedAction) => { readonly code: Code } | undefined;
  /** Returns the code for which a notice is refused; undefined accepts it. */
  refuseNotice: (notice: Verified<SubmittedNotice>) => Code | undefined;
  /** Returns holders that an action of scope `listed` does not name. */
  unnamed: (action: VerifiedAction) => readonly OrgId[];
  /** False for an organisation that an action is not handed to, although it means that one. */
  hands: (action: VerifiedAction, to: OrgId) => boolean;
  /** The accepted actions, in order. */
  readonly acted: VerifiedAction[];
  /** Answers queries; by default no notice is known. */
  answer: (query: Claims, org: OrgId) => Claims | undefined;
  /** Drops messages of these kinds: `report`, `delivery`, `forward`. */
  readonly lose: Set<'report' | 'delivery' | 'forward'>;
  /** Starts to take frames of these organisations. */
  serve(...orgs: readonly string[]): Promise<void>;
  deliver(to: OrgId, sent: Sent): Promise<void>;
  publish(org: string, subject: string, bytes: Uint8Array): Promise<void>;
  stop(): Promise<void>;
}

export interface Sent {
  readonly originator: OrgId;
  readonly frame: FrameId;
  readonly notices: readonly Gift[];
  readonly at?: Date;
  /** What was recorded; by default a report by which this recipient gets exactly these notices, the same for each retry. */
  readonly records?: readonly SignedRecord[];
}

/** How long the broker may take to store a message. */
const PUBLISH_MS = 60_000;

const onError = ({ code, message, cause }: LiaisonError): void =>
  void process.stderr.write(`hub: ${code} ${message}\n${String((cause as Error)?.stack)}\n`);

export async function playHub(
  broker: Broker,
  directory: Directory,
  now = (): Date => new Date(),
): Promise<Hub> {
  const signer = await readSigner(broker.home.hub('router', 'hub.jwk'));
  const buses = new Map<string, Promise<Bus>>();
  const consumptions: Consumption[] = [];
  const by = { signer, directory, now };
  const taken = new Set<string>();
  const recorded = new Map<FrameId, Recorded>();
  const reports = new Map<FrameId, SignedRecord>();
  const routings = new Map<string, Promise<SignedRecord>>();
  const routingFor = (crafting: Parameters<typeof craftRouting>[1]): Promise<SignedRecord> => {
    const { recipient, originator, frame, gifts } = crafting;
    const given = gifts.map(({ notice, sections }) => [notice.digest, sections]);
    const name = JSON.stringify([recipient, originator, frame, given]);
    const routing = routings.get(name) ?? craftRouting(by, crafting);
    routings.set(name, routing);
    return routing;
  };
  const hub: Hub = {
    signer,
    directory,
    seen: [],
    receipts: [],
    reports,
    lose: new Set(),
    rule: ({ sections }) => sections,
    refuse: () => undefined,
    refuseNotice: () => undefined,
    unnamed: () => [],
    hands: () => true,
    acted: [],
    answer: () => undefined,
    bus: (org) => {
      const bus = buses.get(org) ?? broker.connect('router', org);
      buses.set(org, bus);
      return bus;
    },
    publish: async (org, subject, bytes) => {
      const answer = await publishOnce(await hub.bus(org), {
        subject,
        bytes,
        signal: AbortSignal.timeout(PUBLISH_MS),
      });
      if (answer === 'full') throw new Error('full');
    },
    serve: async (...orgs) => {
      for (const org of orgs) {
        const handle = async (delivery: Delivery): Promise<void> => {
          // The broker delivers a message again whose acknowledgement was late.
          const name = `${org} ${delivery.seq} ${delivery.storedAt.getTime()}`;
          if (!taken.has(name)) await take(delivery, parseOrgId(org));
          taken.add(name);
          await delivery.settle();
        };
        for (const source of [sources.out, sources.queries])
          consumptions.push(await consume(await hub.bus(org), source, { handle, onError }));
      }
    },
    deliver: async (to, { originator, frame, notices, at = now(), records }) => {
      const crafting = { recipient: to, originator, frame, gifts: notices };
      const rests = records ?? [await routingFor(crafting)];
      const bytes = await craftDelivery(by, { ...crafting, records: rests }, { at });
      await hub.publish(to, subjects.delivery(originator, frame), bytes);
    },
    stop: async () => {
      await Promise.all(consumptions.map((consumption) => consumption.stop()));
      await Promise.all([...buses.values()].map(async (bus) => (await bus).close()));
    },
  };

  const take = async (delivery: Delivery, org: OrgId): Promise<void> => {
    const subject = parseSubject(delivery.subject);
    if (subject?.type !== 'out') return;
    if (subject.of === 'submission')
      await route(org, subject.frame, frames.submissionFrame.decode(delivery.bytes));
    if (subject.of === 'receipt') await forward(org, subject.frame, frames.receipt.decode(delivery.bytes));
    if (subject.of === 'query') await reply(org, subject.frame, frames.query.decode(delivery.bytes).query);
  };

  const route = async (org: OrgId, frame: FrameId, message: SubmissionFrame): Promise<void> => {
    hub.seen.push({ org, frame, message });
    // As on a ledger: a frame that is offered again rests on the report that was recorded first.
    const first = recorded.get(frame) ?? (await record(org, frame, message));
    recorded.set(frame, first);
    const { report, gifts } = first;
    reports.set(frame, report);
    if (!hub.lose.has('delivery')) {
      for (const [to, notices] of gifts)
        await hub.deliver(to, { originator: org, frame, notices, records: [report] });
    }
    if (!hub.lose.has('report')) await hub.publish(org, subjects.report(frame), report.bytes);
  };

  const record = async (org: OrgId, frame: FrameId, message: SubmissionFrame): Promise<Recorded> => {
    const submission = frames.submission.decode(message.submission);
    const opening = { directory, originator: org, now: now() };
    const { number, digest } = await verifySubmission(submission, opening);
    const parts: ReportPart[] = [];
    const gifts = new Map<OrgId, Gift[]>();
    const others = [...directory.organisations.keys()].filter((to) => to !== org);
    for (const [index, text] of noticesIn(submission).entries()) {
      const notice = await openSubmission(text, opening).catch(() => undefined);
      const code = notice === undefined ? 'expired' : hub.refuseNotice(notice);
      if (notice === undefined || code !== undefined) {
        const named = sdJwtDigest(text.slice(0, text.indexOf('~')));
        parts.push({ type: 'refusal', index, jti: null, digest: named, code: code ?? 'expired' });
        continue;
      }
      const { jti, sections } = notice;
      const said = others.map((recipient) => {
        const given = hub.rule(notice, recipient);
        if (given) gifts.set(recipient, [...(gifts.get(recipient) ?? []), { notice, sections: given }]);
        return decide(recipient, sections, given);
      });
      const { decisions, denials } = recordedOf(jti, said);
      parts.push(noticePartOf(notice), ...decisions, ...denials);
    }
    const acted = await Promise.all(
      submission.items.map(async ({ action }, index) =>
        action ? { action, index, verified: await verifyAction(action, opening) } : undefined,
      ),
    );
    const actions: Action[] = [];
    for (const one of acted.filter((each) => each !== undefined)) {
      const refused = hub.refuse(one.verified);
      if (refused) {
        const { index, verified } = one;
        parts.push({ type: 'refusal', index, jti: null, digest: verified.digest, ...refused });
        continue;
      }
      hub.acted.push(one.verified);
      actions.push({ ...one.action, disclosures: [] });
      parts.push(...partsOfAction(one.verified, others, hub));
    }
    const about = { originator: org, frame, submission: { number, digest }, parts };
    const report = await craftReport(by, { ...about, ...(actions.length > 0 && { beside: { actions } }) });
    return { report, gifts };
  };

  const forward = async (org: OrgId, frame: FrameId, message: ReceiptFrame): Promise<void> => {
    hub.receipts.push({ org, frame, message });
    if (hub.lose.has('forward')) return;
    const originators = new Set(
      [...message.receipts.map(({ statement }) => statement), ...message.changes].map(originatorOf),
    );
    // Like a router: an originator that answers a recall has its own answer.
    originators.delete(org);
    for (const originator of originators) {
      const receipts = message.receipts.filter(({ statement }) => originatorOf(statement) === originator);
      const changes = message.changes.filter((change) => originatorOf(change) === originator);
      const bytes = frames.receiptForward.encode({ receipts, changes });
      await hub.publish(originator, subjects.receipt(org, frame), bytes);
    }
  };

  const reply = async (org: OrgId, frame: FrameId, token: string): Promise<void> => {
    const { payload } = await verifyJws(token, {
      typ: 'query+jws',
      use: 'notice',
      key: directory.key,
      now: now(),
      issuer: org,
    });
    const answer = hub.answer(payload['query'] as Claims, org);
    if (answer === undefined) return;
    const claims = { iss: 'hub', iat: seconds(now()), aud: org, frame, answer };
    const bytes = frames.answer.encode({ answer: await signJws('answer+jws', claims, signer) });
    await hub.publish(org, subjects.answer(frame), bytes);
  };
  return hub;
}

/** Returns the parts about an accepted action, with one for each organisation that gets the action. */
function partsOfAction(
  action: VerifiedAction,
  others: readonly OrgId[],
  { unnamed, hands }: Pick<Hub, 'unnamed' | 'hands'>,
): readonly ReportPart[] {
  const { digest, id, number, verb, scope, until, expiresAt, listed } = action;
  const times = { ...(until !== undefined && { until }), ...(expiresAt !== undefined && { expiresAt }) };
  const to = scope === 'all' ? others : listed.map((part) => part.to);
  return [
    { type: 'action', digest, id, number, verb, scope, ...times, unnamed: unnamed(action) },
    ...to.filter((org) => hands(action, org)).map((org): ReportPart => ({ type: 'act', to: org, digest })),
  ];
}

interface Recorded {
  readonly report: SignedRecord;
  readonly gifts: ReadonlyMap<OrgId, readonly Gift[]>;
}

function originatorOf(token: string): string {
  return (claimsIn(token) as { readonly originator: string }).originator;
}
