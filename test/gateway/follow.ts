import { expect } from 'vitest';
import type { Json, Started } from './start-gateway.js';

/** A client of the inbox stream. */
export interface Listener {
  readonly headers: Headers;
  /** Resolves when the stream ends. */
  readonly ended: Promise<unknown>;
  readonly events: readonly InboxEvent[];
  stop(): void;
}

interface InboxEvent {
  readonly seq: number;
  readonly name: string;
  readonly id: string;
  readonly data: Json;
}

interface Following {
  readonly token: string;
  readonly lastEventId?: number | undefined;
}

export async function follow(
  { gateway }: Pick<Started, 'gateway'>,
  { token, lastEventId }: Following,
): Promise<Listener> {
  const ending = new AbortController();
  const response = await fetch(new URL('/v1/inbox/stream', gateway.url), {
    signal: ending.signal,
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
    },
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const events: InboxEvent[] = [];
  const reading = (async () => {
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const blocks = `${rest}${Buffer.from(chunk as Uint8Array).toString()}`.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks.filter((one) => one.startsWith('id:'))) {
        const [, seq = '', name = '', text = ''] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        const data = JSON.parse(text) as Json;
        events.push({ seq: Number(seq), name, id: String(data['id']), data });
      }
    }
  })();
  const ended = reading.catch(() => undefined);
  return { headers: response.headers, events, ended, stop: () => ending.abort() };
}
