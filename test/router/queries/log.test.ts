import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint, type OpenedCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { logKeysOf } from '../../../services/shared/tlog/log-keys.js';
import { memberPolicy } from '../../../services/shared/tlog/member-witnesses.js';
import { isConsistent, isIncluded } from '../../../services/shared/tlog/verify-proof.js';
import { cosignaturesOn } from '../../../services/shared/tlog/witness-policy.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { leafHash } from '../../../services/shared/trust/merkle.js';
import { cosignPublished } from '../../support/log/cosign-published.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import { PREVIEW } from './questions.js';

const ORIGIN = 'demo/liaison/1';
const ORGS = ['europol', 'interpol', 'afripol'];

let hub: TestHub;
let europol: PlayedGateway;
let interpol: PlayedGateway;
let afripol: PlayedGateway;
beforeAll(async () => {
  hub = await startHub({ orgs: ORGS });
  await cosignPublished(hub.broker, hub.auditor.url(), ORGS);
  await hub.open(await hub.start());
  [europol, interpol, afripol] = (await Promise.all(ORGS.map(hub.gateway))) as [
    PlayedGateway,
    PlayedGateway,
    PlayedGateway,
  ];
  await Promise.all([
    europol.listen(),
    interpol.listen({ receipts: true }),
    afripol.listen({ receipts: true }),
  ]);
});
afterAll(() => hub.close());

/** Asks as europol until the published log has at least `size` entries; returns that answer. */
async function askAt(size: number, query: () => Promise<Claims>): Promise<Claims> {
  return until(`a log of ${size} entries`, async () => {
    const answer = await europol.ask(await query());
    return answer['note'] !== undefined && (await opened(answer)).size >= size && answer;
  });
}

const opened = ({ note }: Claims): Promise<OpenedCheckpoint> =>
  openCheckpoint(String(note), { origin: ORIGIN, keys: logKeysOf(hub.directory(), ORIGIN) });

const bytesOf = (hashes: unknown): readonly Uint8Array[] =>
  (hashes as readonly string[]).map((hash) => Buffer.from(hash, 'base64'));

async function submit(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const made = await europol.frame([await europol.issue()]);
    await europol.send(made);
    await europol.reportOn(made);
  }
}

/** Returns the paths of the log's tiles that are requested of the auditor's server while `work` runs. */
async function tilesRead(work: () => Promise<unknown>): Promise<readonly string[]> {
  const paths: string[] = [];
  const onRequest = (message: unknown): void =>
    void paths.push(String((message as { readonly request: IncomingMessage }).request.url));
  subscribe('http.server.request.start', onRequest);
  try {
    await work();
  } finally {
    unsubscribe('http.server.request.start', onRequest);
  }
  return paths.filter((path) => path.startsWith('/tile'));
}

describe('router: questions about the log', () => {
  test('inclusion: each record, named by the digest of its statement, is proved to be in the checkpoint', async () => {
    await submit(3);
    await askAt(4, async () => ({ type: 'consistency', from: 0 }));
    await cosignPublished(hub.broker, hub.auditor.url(), ORGS);
    const { directoryRecords, records: others } = hub.auditor;
    const all = [...(await directoryRecords()), ...(await others())];
    const records = all.map((record) => record.digest);
    const asked = [...records, digest('no record')];
    const answer = await europol.ask({ type: 'inclusion', records: asked });
    const { size, root } = await opened(answer);
    const proofs = answer['proofs'] as readonly ({ index: number; path: string[] } | null)[];
    expect(proofs).toHaveLength(asked.length);
    expect(proofs.at(-1)).toBeNull();
    const proved = proofs.flatMap((proof, at) => {
      if (proof === null) return [];
      const hash = leafHash(Buffer.from(asked[at]!, 'base64url'));
      expect(isIncluded({ hash, index: proof.index }, { size, root }, bytesOf(proof.path))).toBe(true);
      return [proof.index];
    });
    expect(proved).toEqual(Array.from({ length: size }, (_, at) => at));
  });

  test('consistency: the newest checkpoint is proved to follow from the size that the asker names', async () => {
    const before = await opened(await europol.ask({ type: 'consistency', from: 0 }));
    await submit(3);
    const answer = await askAt(before.size + 3, async () => ({ type: 'consistency', from: before.size }));
    const after = await opened(answer);
    expect(isConsistent(before, after, bytesOf(answer['proof']))).toBe(true);
    expect(isConsistent({ ...before, root: after.root }, after, bytesOf(answer['proof']))).toBe(false);
    const beyond = await europol.ask({ type: 'consistency', from: after.size + 1_000 });
    expect(beyond['proof']).toBeNull();
    const later = await europol.ask({ type: 'consistency', from: 1, to: after.size + 1_000 });
    expect(later['proof']).toBeNull();
  });

  test('consistency: an earlier checkpoint that the asker names is proved too', async () => {
    const first = await opened(await europol.ask({ type: 'consistency', from: 0 }));
    await submit(2);
    const second = await opened(
      await askAt(first.size + 2, async () => ({ type: 'consistency', from: first.size })),
    );
    await submit(1);
    await askAt(second.size + 1, async () => ({ type: 'consistency', from: second.size }));
    const { proof } = await europol.ask({ type: 'consistency', from: first.size, to: second.size });
    expect(isConsistent(first, second, bytesOf(proof))).toBe(true);
  });

  test('inclusion: a question about 64 records reads each tile of the log once', async () => {
    const { size } = await opened(await europol.ask({ type: 'consistency', from: 0 }));
    await submit(64 - size);
    await askAt(64, async () => ({ type: 'consistency', from: 0 }));
    await cosignPublished(hub.broker, hub.auditor.url(), ORGS);
    const records = (await hub.auditor.records()).slice(0, 64).map((record) => record.digest);
    let answer: Claims = {};
    const tiles = await tilesRead(async () => {
      answer = await europol.ask({ type: 'inclusion', records });
    });
    const head = await opened(answer);
    const proofs = answer['proofs'] as readonly { index: number; path: string[] }[];
    const proved = proofs.map(({ index, path }, at) =>
      isIncluded({ hash: leafHash(Buffer.from(records[at]!, 'base64url')), index }, head, bytesOf(path)),
    );
    expect(proved).toEqual(records.map(() => true));
    expect(tiles).toEqual([`/tile/0/000.p/${head.size}`]);
  });

  test('inclusion: the checkpoint is the newest that a quorum cosigned, with every cosignature, also while a newer one has none', async () => {
    const count = (await hub.auditor.records()).length;
    const published = await askAt(count, async () => ({ type: 'consistency', from: 0 }));
    const { size } = await opened(published);
    for (const org of ['europol', 'interpol', 'afripol']) {
      const line = await memberCosignature(hub.broker, org, String(published['note']));
      expect(await europol.ask({ type: 'cosign', size, line })).toEqual({ type: 'cosign' });
    }
    await submit(1);
    await askAt(size + 1, async () => ({ type: 'consistency', from: 0 }));
    const records = (await hub.auditor.records()).map((record) => record.digest).slice(-1);
    const answer = await europol.ask({ type: 'inclusion', records });
    const quorate = await opened(answer);
    expect([quorate.size, answer['proofs']]).toEqual([size, [null]]);
    const { witnesses } = memberPolicy(hub.directory(), hub.clock());
    expect(await cosignaturesOn(quorate.note, { witnesses })).toHaveLength(3);
  });

  test('above the rate of digests a member gets `rate-limited`, and its other questions and other members do not', async () => {
    hub.clock.freeze(true);
    const types: unknown[] = [];
    for (let n = 0; n < 5; n += 1) {
      const records = Array.from({ length: 64 }, (_, at) => digest(`no record ${n} ${at}`));
      const { type, code } = await afripol.ask({ type: 'inclusion', records });
      types.push(code ?? type);
    }
    expect(types).toEqual([...Array<string>(4).fill('inclusion'), 'rate-limited']);
    const { code } = await afripol.ask({ type: 'consistency', from: 0 });
    expect(code).toBe('rate-limited');
    expect(
      (await afripol.ask({ ...PREVIEW, header: { ...PREVIEW.header, originator: 'afripol' } }))['type'],
    ).toBe('preview');
    expect(await interpol.ask({ type: 'consistency', from: 0 })).toMatchObject({ type: 'consistency' });
    hub.clock.freeze(false);
  });

  test.each([
    { type: 'consistency' },
    { type: 'consistency', from: -1 },
    { type: 'consistency', from: '1' },
    { type: 'consistency', from: 2, to: 1 },
    { type: 'inclusion' },
    { type: 'inclusion', records: [] },
    { type: 'inclusion', records: ['../checkpoint'] },
    { type: 'inclusion', records: Array.from({ length: 65 }, () => digest('a record')) },
  ])('the question %j is refused as `schema-invalid`', async (query) => {
    expect(await europol.ask(query)).toEqual({ type: 'error', code: 'schema-invalid' });
  });

  test('consistency and inclusion get `not-ready` while the auditor does not answer', async () => {
    await hub.auditor.stop();
    expect(await europol.ask({ type: 'consistency', from: 0 })).toEqual({ type: 'error', code: 'not-ready' });
    const records = [digest('a record')];
    expect(await europol.ask({ type: 'inclusion', records })).toEqual({ type: 'error', code: 'not-ready' });
  });
});
