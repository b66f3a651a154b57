import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import { digest, frameId } from '../../../services/shared/trust/digest.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { MAX_FRAME_BYTES } from '../../../services/shared/wire/frame-limits.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticeItems } from '../../../services/shared/wire/items.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { FULL_PAUSE_MS } from './answers.js';

interface Sending {
  readonly bus: Bus;
  readonly org: OrgId;
  readonly federation: string;
  readonly signer: Signer;
  readonly notices: readonly string[];
  /** The maximum number of notices in flight; notices admitted while a frame is sent form the next frame. */
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
  /** Reports `count` settled notices, so that as many more may be sent. */
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
    for (let at = 0; at < sending.notices.length; ) {
      const most = Math.min(await permission(), sending.largest);
      const notices = fitting(sending.notices.slice(at, at + most));
      allowed -= notices.length;
      await send(sending, notices);
      sizes.push(notices.length);
      at += notices.length;
    }
    return sizes;
  };
  return { settled, done: run() };
}

function fitting(notices: readonly string[]): readonly string[] {
  let bytes = 0;
  const end = notices.findIndex((notice, index) => {
    bytes += notice.length;
    return index > 0 && bytes > MAX_FRAME_BYTES;
  });
  return end === -1 ? notices : notices.slice(0, end);
}

async function send(
  { bus, org, federation, signer, chains }: Sending,
  notices: readonly string[],
): Promise<void> {
  const last = chains.get(org);
  const number = (last?.number ?? 0) + 1;
  const claims = {
    iss: org,
    iat: Math.floor(Date.now() / 1000),
    aud: federation,
    number,
    previous: last?.digest ?? null,
    items: notices.map(digest),
  };
  const statement = await signJws('submission+jws', claims, signer);
  const submission = frames.submission.encode({ statement, items: noticeItems(notices) });
  const subject = subjects.out('submission', frameId('submission', org, submission));
  const bytes = frames.submissionFrame.encode({ submission });
  while ((await publishOnce(bus, { subject, bytes })) === 'full') await delay(FULL_PAUSE_MS);
  chains.set(org, { number, digest: digest(statement) });
}
