import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LiaisonError } from '../../../../services/shared/kernel/errors.js';
import { parseNoticeId } from '../../../../services/shared/kernel/ids.js';
import { GATEWAY_MIGRATIONS } from '../../../../services/shared/store/gateway/gateway-schema.js';
import {
  type GatewayStore,
  openGatewayStore,
} from '../../../../services/shared/store/gateway/gateway-store.js';
import { openDatabase } from '../../../../services/shared/store/sqlite.js';

function makePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-text-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'gateway.db');
}

function open(path: string): GatewayStore {
  const store = openGatewayStore(path);
  onTestFinished(() => store.close());
  return store;
}

let made = 0;

/** Stores an own notice with this header; returns its id. */
async function keep(store: GatewayStore, header: string): Promise<string> {
  made += 1;
  const id = parseNoticeId(`01a21056-15a8-71b0-8594-${String(made).padStart(12, '0')}`);
  const about = { kind: 'red', digest: `${made}`, exp: 2_000_000_000, at: 0, listed: null } as const;
  await store.commit(() =>
    store.own.insert({ id, revision: 1, number: made, ...about, header: '{}', sdJwt: header }),
  );
  return id;
}

function found(store: GatewayStore, text: string): readonly string[] {
  store.ownText.catchUp(({ content }) => [content, ''], 100);
  return store.own.search({ text, limit: 10 }).rows.map(({ id }) => id);
}

describe('the text search of a gateway', () => {
  test.each([
    ['Zwölfmüller', 'Zwo\u0308lfmu\u0308ller'],
    ['Zwo\u0308lfmu\u0308ller', 'ZWOLFMÜLLER'],
    ['مُحَمَّد', 'محمد'],
    ['محمد', 'مُحَمَّد'],
    ['ＡＢＣ１２３', 'abc123'],
    ['राम कुमार', 'राम'],
    ['がく', 'か\u3099く'],
  ])('%s is found as %s, in any spelling', async (written, asked) => {
    const store = open(makePath());
    const id = await keep(store, written);
    expect(found(store, asked)).toEqual([id]);
  });

  test.each([
    ['रस', 'राम'],
    ['रोम', 'राम'],
    ['かく', 'がく'],
  ])('%s is not found as %s: a combining mark belongs to the word', async (written, asked) => {
    const store = open(makePath());
    await keep(store, written);
    expect(found(store, asked)).toEqual([]);
  });

  test.each(['***', '-', '%', '\u0000', '"', 'x '.repeat(17)])(
    'a text without a word, or with more than 16, is refused: %j',
    (text) => {
      const store = open(makePath());
      expect(() => store.own.search({ text, limit: 1 })).toThrow(LiaisonError);
      expect(() => store.inbox.search({ text, limit: 1 })).toThrow('`text`: expected');
    },
  );
});

test('gateway text index: rows indexed by an earlier version are indexed again', async () => {
  const path = makePath();
  const before = openDatabase(path, GATEWAY_MIGRATIONS.slice(0, 3));
  before.exec(
    "INSERT INTO fact VALUES ('own-text', 1); INSERT INTO own_text (rowid, text) VALUES (1, 'Mu\u0308ller')",
  );
  before.close();
  const store = open(path);
  const id = await keep(store, 'Mu\u0308ller');
  expect(found(store, 'müller')).toEqual([id]);
});
