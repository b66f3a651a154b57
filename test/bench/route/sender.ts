import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import { ENDING_VERBS, isActionVerb } from '../../../services/shared/notice/action-verbs.js';
import { digest, frameId } from '../../../services/shared/trust/digest.js';
import { type Claims, signJws } from '../../../services/shared/trust/jws.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { MAX_FRAME_BYTES } from '../../../services/shared/wire/frame-limits.js';
import { frames, type Item } from '../../../services/shared/wire/frames.js';
import { bytesOfItem, textOfItem } from '../../../services/shared/wire/items.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import type { SignedItems } from '../prepare.js';
import { FULL_PAUSE_MS } from './answers.js';

interface Sending extends SignedItems {
  readonly bus: Bus;
  readonly federation: string;
  /** The maximum number of items in flight; items admitted while a frame is sent form the next frame. */
  readonly window: number;
  /** 1 sends each notice alone. */
  readonly largest: number;
  /** The last statement in each organisation's chain; updated after each frame. */
  readonly chains: Chains;
}

/** The last statement that each organisation signed; its next statement contains that digest. */
export type Chains = Map<OrgId, { readonly number: number; readonly digest: string }>;

/**
 * Sends the frames of one organisation as a gateway does: each after the acknowledgement of the previous one.
 */
export interface Sender {
  /** Reports `count` settled items, so that as many more may be sent. */
  readonly settled: (count: number) => void;
  /** Resolves with the size of each frame once the last frame is acknowledged. */
  readonly done: Promise<readonly number[]>;
}

export function startSender(sending: Sending): Sender {
  let allowed = sending.window;
  let wake = (): void => {};
  const settled = (count: number): void => {
    allowed += count;
    if (allowed > 0) wake();
  };
  const permission = async (): Promise<number> => {
    if (allowed <= 0) await new Promise<void>((resolve) => (wake = resolve));
    return allowed;
  };
  const run = async (): Promise<readonly number[]> => {
    const sizes: number[] = [];
    for (let at = 0; at < sending.items.length; ) {
      const most = Math.min(await permission(), sending.largest);
      const items = fitting(sending.items.slice(at, at + most));
      allowed -= items.length;
      await send(sending, items);
      sizes.push(items.length);
      at += items.length;
    }
    return sizes;
  };
  return { settled, done: run() };
}

function fitting(items: readonly Item[]): readonly Item[] {
  let bytes = 0;
  const isFirstEnding = isEnding(items[0]);
  const end = items.findIndex((item, index) => {
    bytes += bytesOfItem(item);
    return index > 0 && (bytes > MAX_FRAME_BYTES || isEnding(item) !== isFirstEnding);
  });
  return end === -1 ? items : items.slice(0, end);
}

/** True for an end or a bar: a gateway sends those in frames of their own. */
function isEnding(item: Item | undefined): boolean {
  if (!item?.action) return false;
  const { verb } = claimsIn(item.action.statement) as Claims;
  return isActionVerb(verb) && ENDING_VERBS.has(verb);
}

async function send(
  { bus, org, federation, signer, chains }: Sending,
  items: readonly Item[],
): Promise<void> {
  const last = chains.get(org);
  const number = (last?.number ?? 0) + 1;
  const claims = {
    iss: org,
    iat: Math.floor(Date.now() / 1000),
    aud: federation,
    number,
    previous: last?.digest ?? null,
    items: items.map((item) => digest(textOfItem(item))),
  };
  const statement = await signJws('submission+jws', claims, signer);
  const submission = frames.submission.encode({ statement, items });
  const subject = subjects.out('submission', frameId('submission', org, submission));
  const bytes = frames.submissionFrame.encode({ submission });
  while ((await publishOnce(bus, { subject, bytes })) === 'full') await delay(FULL_PAUSE_MS);
  chains.set(org, { number, digest: digest(statement) });
}
