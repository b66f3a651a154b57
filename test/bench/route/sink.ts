import type { Bus } from '../../../services/shared/bus/connect.js';
import { consume, type Consumption } from '../../../services/shared/bus/consume.js';
import type { Delivery } from '../../../services/shared/bus/delivery.js';
import { isStored, publishOnce } from '../../../services/shared/bus/publish.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../../services/shared/kernel/ids.js';
import type { SharePart } from '../../../services/shared/ledger/record-own-parts.js';
import type { HeldNoticePart } from '../../../services/shared/ledger/record-parts.js';
import { type ReceiptContent, signReceipt } from '../../../services/shared/ledger/receipt/receipt.js';
import { signReceiptsStatement } from '../../../services/shared/ledger/receipt/receipts-statement.js';
import { digest, frameId } from '../../../services/shared/trust/digest.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { frames, type Receipt } from '../../../services/shared/wire/frames.js';
import { parseSubject, subjects } from '../../../services/shared/wire/subjects.js';
import { answerAction } from './answer-action.js';
import { type Answers, createAnswers } from './answers.js';

interface Sinking {
  readonly bus: Bus;
  readonly org: OrgId;
  readonly federation: string;
  readonly signer: Signer;
  /** Called with the number of notices and actions that arrived for this organisation. */
  readonly onDelivered: (count: number) => void;
  /** Called with the result of a report on its own notices and actions. */
  readonly onReport: (said: SaidInReport) => void;
  /** Called with the number of its own notices and actions that a receipt answers. */
  readonly onReceipts: (count: number) => void;
  readonly onTrouble: (words: string) => void;
}

interface SaidInReport {
  /** Accepted notices and actions. */
  readonly items: number;
  /** Pairs of such an item and an organisation that it is handed to. */
  readonly pairs: number;
  readonly refused: number;
  readonly routed: readonly RoutedPart[];
}

/** A part of a report about an accepted notice: its attributes, or the sections that one recipient gets. */
export type RoutedPart = HeldNoticePart | SharePart;

export interface Sink extends Pick<Consumption, 'stop'>, Pick<Answers, 'hurry'> {}

/**
 * Consumes everything sent to one organisation without verifying it, and answers deliveries with receipts as a gateway does. A
 * repeated message, for example after another router took over a frame, counts once.
 */
export async function startSink(sinking: Sinking): Promise<Sink> {
  const onTrouble = (thrown: unknown): undefined => {
    const { code, message } = errorFrom(thrown);
    sinking.onTrouble(`${code}: ${message}`);
  };
  const answers = createAnswers({ send: createSendReceipts(sinking), onTrouble });
  const seen = new Set<string>();
  const consumption = await consume(sinking.bus, sources.in, {
    parallel: 16,
    ahead: 64,
    handle: async (delivery) => {
      if (!seen.has(delivery.subject)) await take(sinking, answers, delivery);
      seen.add(delivery.subject);
      delivery.ack();
    },
    onError: onTrouble,
  });
  return {
    hurry: answers.hurry,
    stop: async () => {
      await consumption.stop();
      await answers.stop();
    },
  };
}

async function take(sinking: Sinking, answers: Answers, { subject, bytes }: Delivery): Promise<void> {
  const parsed = parseSubject(subject);
  if (parsed?.type === 'delivery') await answer(sinking, answers, { ...parsed, bytes });
  if (parsed?.type === 'report') countReport(sinking, bytes);
  if (parsed?.type !== 'receipt') return;
  const { receipts } = frames.receiptForward.decode(bytes);
  sinking.onReceipts(receipts.reduce((sum, { statement }) => sum + answeredBy(statement), 0));
}

interface Arrived {
  readonly originator: OrgId;
  readonly frame: FrameId;
  readonly bytes: Uint8Array;
}

async function answer(
  { org, federation, signer, onDelivered }: Sinking,
  answers: Answers,
  { originator, frame, bytes }: Arrived,
): Promise<void> {
  const { statement, items } = frames.delivery.decode(bytes);
  // Messages of the bare pipe have no statement and are only counted.
  if (statement !== '') {
    const { records, root, size } = claimsOf(statement) as Pick<ReceiptContent, 'records' | 'root' | 'size'>;
    const content = { recipient: org, federation, originator, delivery: frame, records, root, size };
    const actions = items.flatMap(({ action }) => (action ? [answerAction(action)] : []));
    const receipt = await signReceipt({ ...content, except: [], actions }, { signer, now: new Date() });
    answers.add({ statement: receipt, delivery: statement });
  }
  onDelivered(items.length);
}

/** Creates the sender of numbered frames of receipts. */
function createSendReceipts({ bus, org, federation, signer }: Sinking) {
  let last: { readonly number: number; readonly previous: string | null } = { number: 0, previous: null };
  return async (receipts: readonly Receipt[]): ReturnType<typeof publishOnce> => {
    const number = last.number + 1;
    const content = { receipts, changes: [] };
    const by = { recipient: org, federation, signer, now: new Date() };
    const statement = await signReceiptsStatement({ number, previous: last.previous }, content, by);
    const bytes = frames.receipt.encode({ ...content, statement });
    const subject = subjects.out('receipt', frameId('receipt', org, bytes));
    const outcome = await publishOnce(bus, { subject, bytes });
    if (isStored(outcome)) last = { number, previous: digest(statement) };
    return outcome;
  };
}

function claimsOf(token: string): Claims {
  return claimsIn(token) as Claims;
}

function countReport({ onReport }: Sinking, bytes: Uint8Array): void {
  const { statement } = frames.record.decode(bytes);
  const parts = (statement?.leaves ?? []).map(
    ({ part }) => JSON.parse(Buffer.from(part).toString('utf8')) as Part,
  );
  const count = (type: string): number => parts.filter((part) => part.type === type).length;
  const routed = parts.filter((part) => part.type === 'notice' || part.type === 'share');
  onReport({
    items: count('notice') + count('action'),
    pairs: count('share') + count('act'),
    refused: count('refusal'),
    routed,
  });
}

type Part = RoutedPart | { readonly type: 'action' | 'act' | 'refusal' };

/** Returns how many notices and actions a receipt answers. */
function answeredBy(statement: string): number {
  const { size, actions } = claimsOf(statement) as Pick<ReceiptContent, 'size' | 'actions'>;
  return size + actions.length;
}
