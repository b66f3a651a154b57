import type { Bus } from '../../../services/shared/bus/connect.js';
import { consume, type Consumption } from '../../../services/shared/bus/consume.js';
import type { Delivery } from '../../../services/shared/bus/delivery.js';
import { isStored, publishOnce } from '../../../services/shared/bus/publish.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../../services/shared/kernel/ids.js';
import { type ReceiptContent, signReceipt } from '../../../services/shared/ledger/receipt/receipt.js';
import { signReceiptsStatement } from '../../../services/shared/ledger/receipt/receipts-statement.js';
import { digest, frameId } from '../../../services/shared/trust/digest.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { frames, type Receipt } from '../../../services/shared/wire/frames.js';
import { parseSubject, subjects } from '../../../services/shared/wire/subjects.js';
import { type Answers, createAnswers } from './answers.js';

interface Sinking {
  readonly bus: Bus;
  readonly org: OrgId;
  readonly federation: string;
  readonly signer: Signer;
  /** Called with notices that arrived for this organisation. */
  readonly onDelivered: (count: number) => void;
  /** Called with the result of a report on its own notices; `pairs` counts pairs of notice and recipient. */
  readonly onReport: (said: {
    readonly notices: number;
    readonly pairs: number;
    readonly refused: number;
  }) => void;
  /** Called with receipts for its own notices. */
  readonly onReceipts: (count: number) => void;
  readonly onTrouble: (words: string) => void;
}

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
  sinking.onReceipts(receipts.reduce((sum, { statement }) => sum + Number(claimsOf(statement)['size']), 0));
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
    const receipt = await signReceipt({ ...content, except: [], actions: [] }, { signer, now: new Date() });
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
  const pairs = parts.filter(({ type, outcome }) => type === 'decision' && outcome !== 'denied').length;
  onReport({ notices: count('notice'), pairs, refused: count('refusal') });
}

interface Part {
  readonly type: string;
  readonly outcome?: string;
}
