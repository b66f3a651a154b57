import { setTimeout as delay } from 'node:timers/promises';
import { isCode, fail } from '../../shared/kernel/errors.js';
import { openStream } from '../http-client.js';
import type { StatusEvent } from './status-events.js';
import type { TailGap } from './gaps.js';
import type { Listening, Told } from './listening.js';
import type { TailRequest } from './question.js';
import { type ServerSentEvent, messagesOf } from './read-messages.js';

interface Replay {
  readonly url: string;
  readonly token: string;
  readonly question: TailRequest;
  readonly since: Date;
  /** Ends when everything that was kept has been told. */
  readonly untilEnd: boolean;
}

const PAUSE_MS = 1_000;

/**
 * Tells what the console kept and then what it hears, from one stream that goes on behind its last event after it was
 * cut: there is no seam at which anything could be lost or come twice. Throws what the console refuses, `unreachable`,
 * `timed-out`.
 */
export async function readConsole(replay: Replay, told: Told): Promise<Listening> {
  const ending = new AbortController();
  const { signal } = ending;
  const address = `${replay.url}/v1/status/stream?${queryOf(replay)}`;
  const open = (last: string): Promise<Response> =>
    openStream(last === '' ? address : `${address}&after=${last}`, {
      peer: 'the console',
      token: replay.token,
      signal,
    });
  const first = await open('');
  const ended = follow(first, { ...replay, told, open, signal }).catch((error: unknown) => {
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

function queryOf({ question: { subject, filters }, since }: Replay): URLSearchParams {
  const query = new URLSearchParams({ subject, since: since.toISOString() });
  for (const [name, words = []] of Object.entries(filters)) {
    if (words.length > 0) query.set(name, words.join(','));
  }
  return query;
}

interface Following {
  readonly untilEnd: boolean;
  readonly told: Told;
  readonly open: (last: string) => Promise<Response>;
  readonly signal: AbortSignal;
}

async function follow(first: Response, following: Following): Promise<void> {
  const { untilEnd, told } = following;
  let last = '';
  for (let answer = first; ; answer = await openAgain(last, following)) {
    for await (const message of messagesOf(answer)) {
      last = message.id ?? last;
      tell(message, told);
      // The first of these says that everything there was has been sent.
      if (untilEnd && message.event === 'state') return;
    }
  }
}

function tell({ event, data }: ServerSentEvent, { onEvent, onGap, onTrouble }: Told): void {
  switch (event) {
    case 'status':
      onEvent(JSON.parse(data) as StatusEvent);
      break;
    case 'gap':
      onGap(JSON.parse(data) as TailGap);
      break;
    case 'state':
      if (!(JSON.parse(data) as { readonly connected: boolean }).connected)
        onTrouble('the console does not hear the broker: what happens meanwhile will be a gap');
      break;
  }
}

/** A console that was started again, or found us too slow. One that is gone ends a replay, and is waited for otherwise. */
async function openAgain(last: string, { untilEnd, told, open, signal }: Following): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await open(last);
    } catch (error) {
      if (!isCode(error, 'unreachable', 'timed-out', 'busy')) throw error;
      if (untilEnd) throw fail(error.code, `the console went away in the middle: ${error.message}`);
      if (tries === 0) told.onTrouble(`${error.message}: trying again`);
    }
    await delay(PAUSE_MS, undefined, { signal });
  }
}
