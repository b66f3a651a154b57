import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { retryWhileUnreachable } from '../../services/cli/home/retry-while-unreachable.js';
import type { Bus } from '../../services/shared/bus/connect.js';
import { type Consumption, consume } from '../../services/shared/bus/consume.js';
import { publishOnce, type PublishOutcome } from '../../services/shared/bus/publish.js';
import { sources } from '../../services/shared/bus/streams.js';
import { type Clock, seconds } from '../../services/shared/kernel/clock.js';
import {
  type FrameId,
  type OrgId,
  parseNoticeId,
  parseOrgId,
  parseRequestId,
} from '../../services/shared/kernel/ids.js';
import { type ActionContent, signAction } from '../../services/shared/ledger/action.js';
import { type ReceivedAction, verifyDeliveredAction } from '../../services/shared/ledger/action-delivery.js';
import { type RequestContent, signRequest, verifyRequest } from '../../services/shared/ledger/request.js';
import { type ReceiptType } from '../../services/shared/kernel/receipt-types.js';
import {
  type ReceiptAction,
  type ReceiptContent,
  signReceipt,
  verifyReceipt,
  type VerifiedReceipt,
} from '../../services/shared/ledger/receipt/receipt.js';
import { LEDGER_OWNER } from '../../services/shared/ledger/command-content.js';
import { openRecall, type OpenedRecall } from '../../services/shared/ledger/recall.js';
import { eachDenied } from '../../services/shared/ledger/denials.js';
import type { VerifiedDelivery } from '../../services/shared/ledger/delivery/delivery.js';
import { openDelivery } from '../../services/shared/ledger/delivery/open-delivery.js';
import type { SharePart } from '../../services/shared/ledger/record-own-parts.js';
import { signReceiptsStatement } from '../../services/shared/ledger/receipt/receipts-statement.js';
import { readRecord, type Report } from '../../services/shared/ledger/record.js';
import { composeNotice, parseDraft } from '../../services/shared/notice/draft.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { digest, frameId } from '../../services/shared/trust/digest.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import { type Claims, signJws, verifyJws } from '../../services/shared/trust/jws.js';
import { readSigner, type Signer } from '../../services/shared/trust/keys.js';
import { openDelivered, type Delivered, type Verified } from '../../services/shared/trust/open-notice.js';
import { issueNotice } from '../../services/shared/trust/sd-jwt.js';
import {
  type DeliveryFrame,
  frames,
  type Item,
  type LedgerRecord,
  type Receipt,
  type ReceiptForward,
} from '../../services/shared/wire/frames.js';
import { textOfItem } from '../../services/shared/wire/items.js';
import { type Outgoing, parseSubject, subjects } from '../../services/shared/wire/subjects.js';
import type { Broker } from './broker.js';
import { until } from './until.js';

/** A delivery from IN, verified as a recipient verifies it. */
export interface Held {
  readonly originator: OrgId;
  readonly frame: FrameId;
  /** The frame as it arrived, and its size in bytes. */
  readonly delivery: DeliveryFrame;
  readonly bytes: number;
  /** The router's delivery statement. */
  readonly statement: string;
  readonly said: VerifiedDelivery;
  /** What the records leave of each notice. */
  readonly parts: readonly SharePart[];
  readonly notices: readonly Verified<Delivered>[];
  readonly actions: readonly ReceivedAction[];
  /** The requests of this delivery, verified. */
  readonly requests: readonly string[];
  readonly traceparent: string | undefined;
}

/** Returns the answer of a holder that carries out an action. */
function answerTo({ digest: named, id, verb, own }: ReceivedAction): ReceiptAction {
  const before = digest('what was held');
  const isErased = verb === 'withdraw' || verb === 'restrict';
  const isPart = own !== undefined && 'sections' in own;
  const left = isPart ? digest('what is left') : null;
  return {
    digest: named,
    id,
    type: isErased ? 'destroyed' : 'held',
    before,
    after: isErased ? left : before,
  };
}

/** A recall from IN, verified as a recipient verifies it, and its frame as it arrived. */
export type PlayedRecall = OpenedRecall & { readonly delivery: DeliveryFrame };

/** A submission that can be sent, and sent again. */
export interface Sent {
  readonly id: FrameId;
  readonly submission: Uint8Array;
  readonly notices: readonly string[];
}

interface Draft {
  readonly id?: string;
  readonly number?: number;
  readonly header?: object;
  /** Remarks of these sections. */
  readonly remarks?: Readonly<Record<string, string>>;
  readonly at?: Date;
}

/** The gateway's side of the protocol: an organisation's keys and account, and no process. Reads IN only after `listen`. */
export interface PlayedGateway {
  readonly org: OrgId;
  readonly bus: Bus;
  readonly notice: Signer;
  readonly receipt: Signer;
  readonly held: readonly Held[];
  readonly recalls: readonly PlayedRecall[];
  readonly reports: readonly { readonly id: FrameId; readonly report: Report; readonly bytes: Uint8Array }[];
  readonly receipts: readonly VerifiedReceipt[];
  /** The messages with receipts and changes, as they arrived. */
  readonly forwards: readonly ReceiptForward[];
  /** Composes and signs an invented notice. */
  issue(draft?: Draft): Promise<string>;
  /** Signs an action; without a number, with the present time as its number. */
  act(content: Omit<ActionContent, 'number'> & { readonly number?: number }): Promise<Item>;
  /** Signs a request for a section. */
  request(content: Omit<RequestContent, 'jti'>): Promise<Item>;
  /** Makes the next submission of these notices and other items. */
  frame(items: readonly (string | Item)[], more?: { readonly number?: number }): Promise<Sent>;
  send(sent: Sent, report?: LedgerRecord, narrowings?: readonly LedgerRecord[]): Promise<PublishOutcome>;
  /**
   * Sends a submission that was sent before, as soon as the router has acknowledged it: until then its subject is taken, and the
   * broker would drop it as a duplicate.
   */
  sendAgain(sent: Sent, report?: LedgerRecord, narrowings?: readonly LedgerRecord[]): Promise<void>;
  /** Publishes any bytes as this organisation. */
  publish(of: Outgoing, bytes: Uint8Array, id?: FrameId): Promise<FrameId>;
  /** Sends a query and resolves with its answer. */
  ask(query: Claims, at?: Date): Promise<Claims>;
  answers(): number;
  /** Sends a receipt for a delivery. */
  answer(
    held: Held,
    more?: {
      readonly type?: ReceiptType;
      readonly evidence?: string | null;
      /** Overwrites what the receipt says. */
      readonly content?: Partial<ReceiptContent>;
    },
  ): Promise<FrameId>;
  /** Sends a receipt that says that a recalled notice was erased. */
  answerRecall(recall: PlayedRecall, content?: Partial<ReceiptContent>): Promise<FrameId>;
  /** Signs a receipt for a delivery, without sending it. */
  receiptFor(
    held: Held,
    more?: {
      readonly type?: ReceiptType;
      readonly content?: Partial<ReceiptContent>;
      readonly at?: Date;
    },
  ): Promise<string>;
  /** Makes the next numbered frame of these receipts and changes. */
  frameReceipts(receipts: readonly Receipt[], changes?: readonly string[]): Promise<Uint8Array>;
  /** Sends receipts and changes in one numbered frame. */
  sendReceipts(receipts: readonly Receipt[], changes?: readonly string[]): Promise<FrameId>;
  /** Starts reading IN; with `receipts`, answers each delivery as held. */
  listen(options?: { readonly receipts?: boolean }): Promise<void>;
  /** Resolves with the report on a submission, with one decision for each denied recipient too. */
  reportOn(sent: Sent): Promise<Report>;
  stop(): Promise<void>;
}

export async function playGateway(deps: {
  readonly broker: Pick<Broker, 'home' | 'connect'>;
  readonly org: string;
  readonly clock: Clock;
  readonly directory: () => Directory;
}): Promise<PlayedGateway> {
  const { broker, clock, directory } = deps;
  const org = parseOrgId(deps.org);
  const bus = await broker.connect('gateway', org);
  const notice = await readSigner(broker.home.org(org, 'notice.jwk'));
  const receipt = await readSigner(broker.home.org(org, 'receipt.jwk'));
  const federation = directory().federation;
  const held: Held[] = [];
  const recalls: PlayedRecall[] = [];
  const reports: { id: FrameId; report: Report; bytes: Uint8Array }[] = [];
  const receipts: VerifiedReceipt[] = [];
  const forwards: ReceiptForward[] = [];
  const answers = new Map<string, Claims>();
  const taken = new Set<string>();
  let consumption: Consumption | undefined;
  let [numbers, frameNumber] = [0, 0];
  let previous: string | null = null;
  let receiptFrame = 0;
  let previousReceipts: string | null = null;

  const publish = async (of: Outgoing, bytes: Uint8Array, id?: FrameId): Promise<FrameId> => {
    const name = id ?? frameId(of, org, bytes);
    await publishOnce(bus, { subject: subjects.out(of, name), bytes });
    return name;
  };
  const takeDelivery = async (originator: OrgId, frame: FrameId, bytes: Uint8Array): Promise<Held> => {
    const decoded = frames.delivery.decode(bytes);
    const by = { directory: directory(), now: clock() };
    const opened = await openDelivery(decoded, { ...by, recipient: org });
    const { statement: said, notices, actions, requests } = opened;
    if (said.originator !== originator || said.frame !== frame) throw new Error('another delivery');
    const { statement, traceparent } = decoded;
    const acted = await Promise.all(
      actions.map((one) => verifyDeliveredAction(one, { ...by, originator, recipient: org })),
    );
    // Verifies notices up to their extended end, as a holder does that has the extensions.
    const extensions = [...held.flatMap((one) => one.actions), ...acted];
    const lifeOf = (jti: string) => {
      const end = extensions.findLast(
        ({ id, expiresAt }) => expiresAt && jti.startsWith(`${id}.`),
      )?.expiresAt;
      return end === undefined ? {} : { lifeEnd: new Date(end * 1000) };
    };
    return {
      originator,
      frame,
      delivery: decoded,
      bytes: bytes.length,
      statement,
      said,
      parts: notices.map(({ share }) => share),
      notices: await Promise.all(
        notices.map(({ text, share }) => openDelivered(text, { ...by, originator, ...lifeOf(share.jti) })),
      ),
      actions: acted,
      requests: await Promise.all(
        requests.map(async (one) => {
          await verifyRequest(one, { ...by, holder: originator });
          return one;
        }),
      ),
      traceparent,
    };
  };
  const gateway: PlayedGateway = {
    org,
    bus,
    notice,
    receipt,
    held,
    recalls,
    reports,
    receipts,
    forwards,
    issue: async ({ id, number, header = {}, remarks = {}, at = clock() } = {}) => {
      const file = join(projectRoot, 'proto', 'examples', 'red.json');
      const example = JSON.parse(readFileSync(file, 'utf8')) as {
        readonly header: object;
        readonly sections: Readonly<Record<string, object>>;
      };
      const remarked = Object.entries(remarks).map(([name, text]) => [
        name,
        { ...example.sections[name], remarks: text },
      ]);
      const draft = parseDraft({
        sections: { ...example.sections, ...Object.fromEntries(remarked) },
        header: { ...example.header, classification: 'basic', ...header },
      });
      numbers += 1;
      const composed = composeNotice(draft, {
        id: parseNoticeId(id ?? uuidv7()),
        number: number ?? numbers,
        originator: org,
        now: at,
      });
      return issueNotice(composed, { federation, signer: notice });
    },
    act: async ({ number: given = clock().getTime(), ...content }) => ({
      action: await signAction(
        { ...content, number: given },
        { signer: notice, federation, now: clock(), members: directory().organisations.size },
      ),
    }),
    request: async (content) => {
      const jti = parseRequestId(uuidv7());
      return {
        request: await signRequest({ ...content, jti }, { signer: notice, federation, now: clock() }),
      };
    },
    frame: async (given, more = {}) => {
      frameNumber += 1;
      const items = given.map((one) => (typeof one === 'string' ? { notice: one } : one));
      const statement = await signJws(
        'submission+jws',
        {
          iss: org,
          iat: seconds(clock()),
          aud: federation,
          number: more.number ?? frameNumber,
          previous,
          items: items.map((one) => digest(textOfItem(one))),
        },
        notice,
      );
      previous = digest(statement);
      const submission = frames.submission.encode({ statement, items });
      const notices = items.flatMap((one) => one.notice ?? []);
      return { id: frameId('submission', org, submission), submission, notices };
    },
    send: ({ id, submission }, report, narrowings = []) => {
      const bytes = frames.submissionFrame.encode({ submission, ...(report ? { report } : {}), narrowings });
      return publishOnce(bus, { subject: subjects.out('submission', id), bytes });
    },
    sendAgain: async (...sent) => {
      await until('the frame to be acknowledged', async () => (await gateway.send(...sent)) === 'stored');
    },
    publish,
    ask: async (query, at = clock()) => {
      const claims = { iss: org, iat: seconds(at), aud: federation, query };
      const bytes = frames.query.encode({ query: await signJws('query+jws', claims, notice) });
      const id = await publish('query', bytes);
      await until('an answer', () => answers.has(id));
      return answers.get(id) ?? {};
    },
    answers: () => answers.size,
    receiptFor: (taken, { type = 'held', content = {}, at = clock() } = {}) => {
      const { originator, frame, said, parts, actions: acted } = taken;
      const { records, root, size } = said;
      const except = type === 'held' ? [] : parts.map(({ jti }, index) => ({ index, jti, type }));
      const about = { recipient: org, federation, originator, delivery: frame };
      return signReceipt(
        { ...about, records, root, size, except, actions: acted.map(answerTo), ...content },
        { signer: receipt, now: at },
      );
    },
    frameReceipts: async (answers, changes = []) => {
      receiptFrame += 1;
      const by = { recipient: org, federation, signer: receipt, now: clock() };
      const numbered = { number: receiptFrame, previous: previousReceipts };
      const content = { receipts: answers, changes };
      const statement = await signReceiptsStatement(numbered, content, by);
      previousReceipts = digest(statement);
      return frames.receipt.encode({ ...content, statement });
    },
    sendReceipts: async (...content) => publish('receipt', await gateway.frameReceipts(...content)),
    answer: async (taken, { evidence = taken.statement, ...more } = {}) => {
      const statement = await gateway.receiptFor(taken, more);
      return gateway.sendReceipts([{ statement, delivery: evidence ?? '' }]);
    },
    answerRecall: async ({ statement: said, id, digest: named, delivery }, content = {}) => {
      const { originator, frame, records, root, size } = said;
      const about = { recipient: org, federation, originator, delivery: frame };
      const done = {
        digest: named,
        id,
        type: 'destroyed',
        before: digest('what was held'),
        after: null,
      } as const;
      const actions = [done];
      const by = { signer: receipt, now: clock() };
      const statement = await signReceipt(
        { ...about, records, root, size, except: [], actions, ...content },
        by,
      );
      return gateway.sendReceipts([{ statement, delivery: delivery.statement }]);
    },
    listen: async ({ receipts: answering = false } = {}) => {
      const begin = (): Promise<Consumption> =>
        consume(bus, sources.in, {
          handle: async ({ subject, bytes, seq, storedAt, settle }) => {
            // The broker delivers a message again whose acknowledgement was late.
            const name = `${seq} ${storedAt.getTime()}`;
            if (taken.has(name)) return void (await settle());
            const about = parseSubject(subject);
            const by = { directory: directory(), now: clock() };
            if (about?.type === 'delivery' && about.originator === LEDGER_OWNER) {
              const delivery = frames.delivery.decode(bytes);
              const recall = { ...(await openRecall(delivery, { ...by, recipient: org })), delivery };
              recalls.push(recall);
              if (answering) await gateway.answerRecall(recall);
            } else if (about?.type === 'delivery') {
              const delivered = await takeDelivery(about.originator, about.frame, bytes);
              held.push(delivered);
              if (answering) await gateway.answer(delivered);
            } else if (about?.type === 'report') {
              const report = await readRecord(bytes, { ...by, org });
              if (report.type === 'report') reports.push({ id: about.frame, report, bytes });
            } else if (about?.type === 'receipt') {
              const forward = frames.receiptForward.decode(bytes);
              forwards.push(forward);
              for (const { statement } of forward.receipts) {
                receipts.push(await verifyReceipt(statement, { ...by, recipient: about.recipient }));
              }
            } else if (about?.type === 'answer') {
              const expected = { typ: 'answer+jws', use: 'hub', key: directory().key, now: clock() } as const;
              const { payload } = await verifyJws(frames.answer.decode(bytes).answer, expected);
              answers.set(about.frame, payload['answer'] as Claims);
            }
            taken.add(name);
            await settle();
          },
          onError: ({ code, message, cause }) =>
            process.stderr.write(`${org}: ${code} ${message} ${cause}\n`),
        });
      // Like the real gateway: its connection may not be back yet.
      consumption = await retryWhileUnreachable(begin, new AbortController().signal);
    },
    reportOn: async ({ id }) => {
      const { report } = await until('a report', () => reports.find((one) => one.id === id));
      const { decisions, denials } = report;
      return { ...report, decisions: [...decisions, ...denials.flatMap(eachDenied)] };
    },
    stop: async () => {
      await consumption?.stop();
      await bus.close();
    },
  };
  return gateway;
}
