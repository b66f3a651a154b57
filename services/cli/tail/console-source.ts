import { setTimeout as delay } from 'node:timers/promises';
import { isCode, fail } from '../../shared/kernel/errors.js';
import { openStream } from '../http-client.js';
import type { StatusEvent } from './status-events.js';
import type { TailGap } from './gaps.js';
import type { StatusSource, StatusHandlers } from './status-source.js';
import type { TailRequest } from './tail-request.js';
import { type ServerSentEvent, readServerSentEvents } from './server-sent-events.js';

interface OpenConsoleSourceParams {
  readonly url: string;
  readonly token: string;
  readonly request: TailRequest;
  readonly since: Date;
  /** Ends after the last kept event. */
  readonly untilEnd: boolean;
}

const RECONNECT_INTERVAL_MS = 1_000;

/**
 * Receives the status events that the console kept since a time, and then new ones, from one stream. After a cut the stream
 * resumes after its last event, so that no event is lost or repeated. Throws the error of the console, `unreachable`,
 * `timed-out`.
 */
export async function openConsoleSource(
  params: OpenConsoleSourceParams,
  handlers: StatusHandlers,
): Promise<StatusSource> {
  const ending = new AbortController();
  const { signal } = ending;
  const address = `${params.url}/v1/status/stream?${queryOf(params)}`;
  const open = (last: string): Promise<Response> =>
    openStream(last === '' ? address : `${address}&after=${last}`, {
      peer: 'the console',
      token: params.token,
      signal,
    });
  const first = await open('');
  const ended = follow(first, { ...params, handlers, open, signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return {
    ended,
    stop: async () => {
      ending.abort();
      await ended.catch(() => undefined);
    },
  };
}

function queryOf({ request: { subject, filters }, since }: OpenConsoleSourceParams): URLSearchParams {
  const query = new URLSearchParams({ subject, since: since.toISOString() });
  for (const [name, words = []] of Object.entries(filters)) {
    if (words.length > 0) query.set(name, words.join(','));
  }
  return query;
}

interface FollowParams {
  readonly untilEnd: boolean;
  readonly handlers: StatusHandlers;
  readonly open: (last: string) => Promise<Response>;
  readonly signal: AbortSignal;
}

async function follow(first: Response, params: FollowParams): Promise<void> {
  const { untilEnd, handlers } = params;
  let last = '';
  for (let response = first; ; response = await reopen(last, params)) {
    for await (const message of readServerSentEvents(response)) {
      last = message.id ?? last;
      handle(message, handlers);
      // The first `state` message follows the last kept event.
      if (untilEnd && message.event === 'state') return;
    }
  }
}

function handle({ event, data }: ServerSentEvent, { onEvent, onGap, onTrouble }: StatusHandlers): void {
  switch (event) {
    case 'status':
      onEvent(JSON.parse(data) as StatusEvent);
      break;
    case 'gap':
      onGap(JSON.parse(data) as TailGap);
      break;
    case 'state':
      if (!(JSON.parse(data) as { readonly connected: boolean }).connected)
        onTrouble('the console is not connected to the broker: events until it reconnects are missing');
      break;
  }
}

/**
 * Reopens the stream after the console restarted or closed it, as it does for a slow reader. Retries while the console is
 * away, except with `untilEnd`.
 */
async function reopen(last: string, { untilEnd, handlers, open, signal }: FollowParams): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await open(last);
    } catch (error) {
      if (!isCode(error, 'unreachable', 'timed-out', 'busy')) throw error;
      if (untilEnd) throw fail(error.code, `the console closed the stream early: ${error.message}`);
      if (tries === 0) handlers.onTrouble(`${error.message}: retrying`);
    }
    await delay(RECONNECT_INTERVAL_MS, undefined, { signal });
  }
}
