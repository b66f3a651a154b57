import { publishOnce } from '../../shared/bus/publish.js';
import { fail, isCode } from '../../shared/kernel/errors.js';
import { parseFrameId } from '../../shared/kernel/ids.js';
import type { JsonObject } from '../../shared/kernel/json-object.js';
import type { Unsettled } from '../../shared/store/gateway/gateway-frames.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Claims } from '../../shared/trust/jws.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { QueryClient } from './query-client.js';
import type { Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';
import { pause } from '../../shared/kernel/pause.js';
import { partOf } from '../signed-parts.js';
import type { AnswerProgress } from './answer-progress.js';
import { frameMessage } from './submission.js';
import type { GatewayTracing } from '../tracing.js';

interface ResendDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly ask: QueryClient;
  readonly tracing: GatewayTracing;
  readonly progress: AnswerProgress;
  /** The first wait; doubled up to five minutes. */
  readonly resendMs: number;
}

interface Attending {
  readonly number: number;
  /** Milliseconds until its next turn. */
  readonly wait: number;
}

const MAX_DELAY_MS = 300_000;
const LOOK_MS = 500;
const AT_ONCE = 4;

/**
 * One step: asks the hub about the frames that did not settle in time, and offers again what is missing there, with the
 * report if there is one. What is only parked is waited for, but not for ever: PARKED may have lost it, so at the longest
 * interval it is offered all the same (the router delivers from what it recorded, and a recipient holds it once). While
 * earlier frames are still answered it is left alone: where everybody is slow, asking would make that last.
 */
export function createResend(deps: ResendDeps) {
  const { identity, store, link, ask, tracing, progress, resendMs } = deps;
  const now = (): number => identity.clock().getTime();
  /** It is no turn, or after an outage everybody would wait for twice its length; yet one of hours is not asked into. */
  const unanswered = (number: number): Promise<void> => {
    const wait = Math.min(Math.max(resendMs, Math.ceil(progress.silence() / 4)), MAX_DELAY_MS);
    return store.commit(() => store.frames.rest(number, now() + wait));
  };
  const attend = async ({ number, wait }: Attending, signal: AbortSignal): Promise<void> => {
    const open = store.frames.unsettled(number);
    if (open.length === 0) return store.commit(() => store.settlement.closeFrame(number));
    if (wait < MAX_DELAY_MS && progress.isBehind(number, open)) return undefined;
    const answered = await status(ask, open);
    // No answer: the hub is away, and what it does not take it need not be offered.
    if (answered === undefined) return unanswered(number);
    progress.heard();
    await store.commit(() => {
      store.frames.postpone(number, now() + wait);
      for (const { own, org, status } of pairsOf(open, answered)) store.settlement.status(own, org, status);
    });
    const frame = store.frames.read(number);
    if (frame === undefined || (wait < MAX_DELAY_MS && isWaitingOnly(open, answered))) return undefined;
    const subject = subjects.out('notice', parseFrameId(frame.id));
    // The outcome does not matter: the frame is offered again at the next turn.
    const bus = await link.bus(signal);
    await tracing.send(frame, (traceparent) =>
      publishOnce(bus, { subject, bytes: frameMessage(identity, frame, traceparent), signal }),
    );
    return undefined;
  };
  return async (signal: AbortSignal): Promise<void> => {
    const due = (link.isUp() ? store.frames.due(now(), AT_ONCE) : []).map(({ number, tries }) => {
      return { number, wait: Math.min(resendMs * 2 ** (tries + 1), MAX_DELAY_MS) };
    });
    if (due.length === 0) return pause(LOOK_MS, signal);
    await store.commit(() => due.forEach(({ number }) => store.frames.rest(number, now() + resendMs)));
    await Promise.all(due.map((frame) => attend(frame, signal)));
    return undefined;
  };
}

/** What the hub says of a notice: recorded, and how far it came with each recipient. */
type Answered = ReadonlyMap<string, { readonly recorded: boolean; readonly recipients: JsonObject }>;

async function status(ask: QueryClient, open: readonly Unsettled[]): Promise<Answered | undefined> {
  try {
    return readStatus(await ask.ask({ type: 'status', jtis: open.map(jtiOf) }));
  } catch (error) {
    if (isCode(error, 'timed-out', 'unreachable', 'full', 'rate-limited')) return undefined;
    throw error;
  }
}

function readStatus(answer: Claims): Answered {
  const { type, notices } = answer;
  if (type !== 'status' || !Array.isArray(notices))
    throw fail('token-malformed', 'an answer to another question');
  return new Map(
    notices
      .map(partOf)
      .map((entry) => [
        String(entry['jti']),
        { recorded: entry['recorded'] === true, recipients: partOf(entry['recipients'] ?? {}) },
      ]),
  );
}

function jtiOf({ id, revision }: Unsettled): string {
  return `${id}.${revision}`;
}

function pairsOf(
  open: readonly Unsettled[],
  answered: Answered,
): readonly { own: number; org: string; status: string }[] {
  return open.flatMap((notice) => {
    const recipients = answered.get(jtiOf(notice))?.recipients ?? {};
    return notice.pairs.flatMap(({ org }) => {
      const status = recipients[org];
      return typeof status === 'string' ? [{ own: notice.own, org, status }] : [];
    });
  });
}

/** True when the report is here and every missing pair is parked. */
function isWaitingOnly(open: readonly Unsettled[], answered: Answered): boolean {
  return open.every((notice) => {
    const said = answered.get(jtiOf(notice));
    return (
      notice.reported &&
      said?.recorded === true &&
      notice.pairs.every(({ org }) => said.recipients[org] === 'parked')
    );
  });
}
