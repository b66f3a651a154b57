import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import { digest, frameId } from '../../../services/shared/trust/digest.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { MAX_FRAME_BYTES } from '../../../services/shared/wire/frame-limits.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { FULL_PAUSE_MS } from './answers.js';

interface Sending {
  readonly bus: Bus;
  readonly org: OrgId;
  readonly federation: string;
  readonly signer: Signer;
  readonly notices: readonly string[];
  /** Notices that may be under way; what is let go meanwhile is the next frame. */
  readonly window: number;
  /** 1 sends each notice alone. */
  readonly largest: number;
  /** Where each organisation's chain of statements stands; moved on. */
  readonly chains: Chains;
}

/** The statement that an organisation signed last; the next one names it. */
export type Chains = Map<OrgId, { readonly number: number; readonly digest: string }>;

/** One organisation's sender: the next frame after the acknowledgement of the last, as a gateway does it. */
export interface Sender {
  /** So many are settled: as many more may go. */
  readonly settled: (count: number) => void;
  /** Resolves with the size of each frame when the last was acknowledged. */
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
  const submission = frames.submission.encode({ statement, notices });
  const subject = subjects.out('notice', frameId('notice', org, submission));
  const bytes = frames.notice.encode({ submission });
  while ((await publishOnce(bus, { subject, bytes })) === 'full') await delay(FULL_PAUSE_MS);
  chains.set(org, { number, digest: digest(statement) });
}
