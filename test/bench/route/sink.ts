import type { Bus } from '../../../services/shared/bus/connect.js';
import { consume, type Consumption } from '../../../services/shared/bus/consume.js';
import type { Delivery } from '../../../services/shared/bus/delivery.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../../services/shared/kernel/ids.js';
import type { DeliveryPart } from '../../../services/shared/ledger/delivery.js';
import { signReceipt } from '../../../services/shared/ledger/receipt.js';
import { frameId } from '../../../services/shared/trust/digest.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { frames, type Receipt, type SignedSet } from '../../../services/shared/wire/frames.js';
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
  const answers = createAnswers({ send: (receipts) => sendReceipts(sinking, receipts), onTrouble });
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
  sinking.onReceipts(receipts.reduce((sum, { leaves }) => sum + leaves.length, 0));
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
  const { statement, notices } = frames.delivery.decode(bytes);
  // Messages of the bare pipe have no statement and are only counted.
  if (statement !== undefined && statement !== null && statement.leaves.length > 0) {
    const parts = partsOf(statement).map(({ jti, digest, disclosed }) => ({
      jti,
      digest,
      type: 'held' as const,
      held: disclosed,
    }));
    const content = { recipient: org, federation, originator, delivery: frame, parts };
    const receipt = await signReceipt(content, { signer, now: new Date() });
    answers.add({ statement: receipt, delivery: statement });
  }
  onDelivered(notices.length);
}

function sendReceipts({ bus, org }: Sinking, receipts: readonly Receipt[]): ReturnType<typeof publishOnce> {
  const bytes = frames.receipt.encode({ receipts });
  return publishOnce(bus, { subject: subjects.out('receipt', frameId('receipt', org, bytes)), bytes });
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

function partsOf(set: SignedSet): readonly DeliveryPart[] {
  return set.leaves.map(({ part }) => JSON.parse(Buffer.from(part).toString('utf8')) as DeliveryPart);
}
