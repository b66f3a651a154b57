import { expect, test } from 'vitest';
import { type ServerSentEvent, readServerSentEvents } from '../../../services/cli/tail/server-sent-events.js';

const TEXT =
  'id: 1\n\nid: 2\nevent: status\ndata: {"what":"a: b – ü"}\n\n: alive\n\nevent: state\ndata: {}\n\nid: 3\nevent: sta';

async function read(
  chunks: readonly Uint8Array[],
  how: 'ends' | 'breaks',
): Promise<readonly ServerSentEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const [next, ...rest] = chunks;
      chunks = rest;
      if (next !== undefined) controller.enqueue(next);
      else if (how === 'ends') controller.close();
      else controller.error(new Error('cut'));
    },
  });
  const messages: ServerSentEvent[] = [];
  for await (const message of readServerSentEvents({ body })) messages.push(message);
  return messages.filter(({ event, id }) => event !== '' || id !== undefined);
}

test('readServerSentEvents: yields complete events from any chunks, without an incomplete last one', async () => {
  const bytes = new TextEncoder().encode(TEXT);
  const expected = [
    { id: '1', event: '', data: '' },
    { id: '2', event: 'status', data: '{"what":"a: b – ü"}' },
    { event: 'state', data: '{}' },
  ];
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.slice(index * size, (index + 1) * size),
    );
    for (const how of ['ends', 'breaks'] as const) expect(await read(chunks, how)).toEqual(expected);
  }
});
