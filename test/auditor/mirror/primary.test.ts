import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { formatEntryBundle } from '../../../services/shared/tlog/tiles.js';
import { createPrimary, type Primary } from '../../../services/auditor/mirror/primary.js';

const LINE = { number: 1, epoch: 'e', seq: 1, subject: 'ledger.alfa', record: 'AAAA' };

async function primaryOf(answer: RequestListener, answerMs = 60_000): Promise<Primary> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { signal } = new AbortController();
  return createPrimary({ url: `http://127.0.0.1:${port}`, token: 't', signal, answerMs });
}

/** Answers without an end, and counts what it wrote. */
function endless(chunk: Buffer) {
  const sent = { bytes: 0 };
  const answer: RequestListener = (_, response) => {
    const write = (): void => {
      if (response.destroyed) return;
      sent.bytes += chunk.length;
      response.write(chunk, () => setImmediate(write));
    };
    write();
  };
  return { sent, answer };
}

test.each<[string, (primary: Primary) => Promise<unknown>, number]>([
  ['checkpoint', ({ checkpoint }) => checkpoint(), 131_072],
  ['signed root', ({ signedRoot }) => signedRoot(), 262_144],
  ['tile', ({ tile }) => tile({ level: 0, index: 0, width: 256 }), 8_192],
  ['directory', ({ directory }) => directory(), 1_048_576],
  ['record', ({ records }) => records(1), 2_097_152],
  ['life of the log', ({ life }) => life(), 256],
])('an answer without an end, to the question for a %s, is cut off at its bound', async (_, ask, bound) => {
  const { sent, answer } = endless(Buffer.alloc(16_384, 'a'));
  await expect(ask(await primaryOf(answer))).rejects.toMatchObject({ code: 'oversize' });
  // What is under way in both directions comes on top.
  expect(sent.bytes).toBeLessThan(bound + 4_194_304);
});

test('an answer with too many records is read up to one page', async () => {
  const line = Buffer.from(`${JSON.stringify({ ...LINE, record: 'A'.repeat(1_000_000) })}\n`);
  let number = 0;
  const primary = await primaryOf((_, response) => {
    const write = (): void => {
      if (response.destroyed) return;
      number += 1;
      response.write(line.toString().replace('"number":1', `"number":${number}`), () => setImmediate(write));
    };
    write();
  });
  expect(await primary.records(1)).toHaveLength(9);
});

test('an answer that comes byte by byte ends at the deadline', async () => {
  const primary = await primaryOf((_, response) => {
    const timer = setInterval(() => response.write('a'), 20);
    response.once('close', () => clearInterval(timer));
  }, 300);
  await expect(primary.checkpoint()).rejects.toMatchObject({ code: 'timed-out' });
});

test('a tile with fewer entries than were asked for is refused, also where these are whole', async () => {
  const bundle = formatEntryBundle(Array.from({ length: 255 }, () => Buffer.alloc(32)));
  const primary = await primaryOf((_, response) => void response.end(bundle));
  const tile = primary.tile({ level: 'entries', index: 0, width: 256 });
  await expect(tile).rejects.toMatchObject({ code: 'note-malformed' });
});

test('a redirect is not followed: the token stays with the named host', async () => {
  const asked: string[] = [];
  const primary = await primaryOf((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  await expect(primary.checkpoint()).rejects.toMatchObject({ code: 'unreachable' });
  expect(asked).toEqual(['/checkpoint']);
});

test.each<[string, object, string]>([
  ['a member that is unknown', { ...LINE, more: 1 }, 'schema-invalid'],
  ['a number that is not the next one', { ...LINE, number: 2 }, 'record-dropped'],
  ['a sequence below 1', { ...LINE, seq: 0 }, 'schema-invalid'],
  ['bytes that are not base64url', { ...LINE, record: 'A=' }, 'token-malformed'],
])('a record with %s is refused', async (_, line, code) => {
  const primary = await primaryOf((_request, response) => void response.end(JSON.stringify(line)));
  await expect(primary.records(1)).rejects.toMatchObject({ code });
});
