import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuditorGuard } from '../../../services/auditor/http/http-guard.js';
import { createLogTree, type LogTree } from '../../../services/auditor/log/log-tree.js';
import { createTileStore } from '../../../services/auditor/log/tile-store.js';
import { createLogReader } from '../../../services/router/ledger/log-http.js';
import { answerProblems } from '../../../services/shared/runtime/http-problem.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import type { KeptEntry } from '../../../services/shared/store/append/archived-entry.js';
import { parseTilePath } from '../../../services/shared/tlog/tiles.js';
import { inclusionProof, rootAt } from '../../../services/shared/tlog/tree-proof.js';
import { isIncluded } from '../../../services/shared/tlog/verify-proof.js';
import { leafHash } from '../../../services/shared/trust/merkle.js';
import { frames } from '../../../services/shared/wire/frames.js';

/** Each of 64 records has a tile of its own, and the last tile of both levels is partial. */
const SIZE = 64 * 256 + 100;
const TOKEN = 'a'.repeat(43);

/** Returns a record whose statement is the number of its entry. */
function recordOf(index: number): KeptEntry {
  const [parts, statement] = [
    { receipts: [], changes: [], actions: [], requests: [], command: '' },
    String(index),
  ];
  const bytes = frames.record.encode({ statement: { statement, leaves: [] }, ...parts });
  return { number: index + 1, epoch: 'e', seq: index + 1, subject: 'ledger.europol', bytes };
}

const entry = (index: number): Buffer => hash('sha256', String(index), 'buffer');
const folder = mkdtempSync(join(tmpdir(), 'liaison-log-'));
const app = fastify({ forceCloseConnections: true });
const requested: string[] = [];
let tree: LogTree;
let url: string;
let open = 0;
let most = 0;

beforeAll(async () => {
  tree = createLogTree(createTileStore(folder));
  for (let index = 0; index < SIZE; index += 1) tree.take(recordOf(index));
  await tree.flush();
  answerProblems(app, createLogger('test-log', 'silent'));
  const hashed = hash('sha256', TOKEN, 'base64url');
  const guard = createAuditorGuard(app, () => [{ name: 'router', hash: hashed, scopes: ['log:read'] }]);
  app.addHook('onRequest', async (request) => {
    requested.push(request.url);
    open += 1;
    most = Math.max(most, open);
  });
  app.addHook('onResponse', async () => {
    open -= 1;
  });
  app.get('/tile/*', guard('log:read'), async (request) =>
    Buffer.from(tree.tile(parseTilePath(request.url.slice(1))) ?? []),
  );
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

test('router: questions about 64 records each read every tile once, with at most 4 requests at the same time', async () => {
  const reader = createLogReader(url, TOKEN);
  const head = { size: SIZE, root: await rootAt(SIZE, tree.node) };
  const ask = async (offset: number): Promise<readonly boolean[]> => {
    const read = reader.nodes({ origin: 'demo/liaison/1', size: SIZE });
    const indexes = Array.from({ length: 64 }, (_, at) => at * 256 + offset);
    const paths = await Promise.all(indexes.map((index) => inclusionProof({ index, size: SIZE }, read)));
    return paths.map((path, at) => {
      const index = indexes[at]!;
      return isIncluded({ hash: leafHash(entry(index)), index }, head, path);
    });
  };
  expect(await Promise.all([ask(0), ask(255)])).toEqual(Array(2).fill(Array(64).fill(true)));
  const tiles = [...new Set(requested)];
  expect(tiles).toHaveLength(64 + 2);
  // Twice at most: once for each question.
  expect(requested.length).toBeLessThanOrEqual(2 * tiles.length);
  expect(most).toBeLessThanOrEqual(4);
});
