import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GATEWAY_MIGRATIONS } from '../../../../services/shared/store/gateway/gateway-schema.js';
import type { ReceivedReceipt } from '../../../../services/shared/store/gateway/gateway-settle.js';
import {
  type GatewayStore,
  openGatewayStore,
} from '../../../../services/shared/store/gateway/gateway-store.js';
import { type Database, openDatabase } from '../../../../services/shared/store/sqlite.js';

describe('the bytes of a receipt set', () => {
  let folder: string;
  let store: GatewayStore;
  let db: Database;
  let owns: readonly [number, number];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-settle-'));
    store = openGatewayStore(join(folder, 'gateway.db'));
    db = openDatabase(join(folder, 'gateway.db'), GATEWAY_MIGRATIONS);
    const common = { revision: 1, kind: 'red', digest: 'd', exp: 9e9, at: 1, listed: null };
    const insert = (number: number) =>
      store.own.insert({ ...common, id: `n${number}`, number, header: '{}', sdJwt: 't' }).seq;
    owns = await store.commit((): [number, number] => [insert(1), insert(2)]);
    const frame = { number: 1, id: 'f', statement: 's', statementDigest: 'd', owns };
    await store.commit(() => store.frames.make(frame));
  });
  afterEach(async () => {
    db.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const kept = () =>
    db
      .prepare<[], { readonly bytes: Uint8Array }>('SELECT bytes FROM receipt_set ORDER BY seq')
      .all()
      .map(({ bytes }) => Buffer.from(bytes).toString());
  /** Stores a receipt set with these bytes and a leaf for each of the notices. */
  const receive = (
    name: string,
    about: Pick<ReceivedReceipt, 'type' | 'at'> &
      Partial<Pick<ReceivedReceipt, 'code' | 'org'>> & { readonly owns: readonly number[] },
  ) => {
    const { type, at, org = 'interpol', code = null } = about;
    const leaves = about.owns.map((own, leaf) => ({ own, org, type, code, at, kid: 'k', leaf }));
    return store.commit(() => store.settlement.received(Buffer.from(name), leaves));
  };

  test('are deleted when newer receipts have replaced all of its leaves', async () => {
    await receive('held', { type: 'held', at: 1, owns });
    await receive('also', { type: 'held', at: 1, owns, org: 'afripol' });
    await receive('one', { type: 'destroyed', at: 2, owns: [owns[0]] });
    expect(kept()).toEqual(['held', 'also', 'one']);
    await receive('both', { type: 'not-held', at: 3, owns });
    expect(kept()).toEqual(['also', 'both']);
    expect(store.settlement.receiptsOf(owns[0]).map(({ org, type }) => [org, type])).toEqual([
      ['afripol', 'held'],
      ['interpol', 'not-held'],
    ]);
  });

  test('are not stored when none of its leaves replaces an earlier receipt', async () => {
    await receive('held', { type: 'held', at: 1, owns });
    await receive('again', { type: 'held', at: 2, owns });
    expect(kept()).toEqual(['held']);
  });

  test('are replaced by those of a `held` receipt after a rejection as `key-revoked`', async () => {
    const [revoked] = owns;
    await receive('clock', { type: 'rejected', code: 'key-revoked', at: 9, owns: [revoked] });
    await receive('held', { type: 'held', at: 1, owns: [revoked] });
    expect(kept()).toEqual(['held']);
    expect(store.settlement.receiptsOf(revoked)).toMatchObject([{ type: 'held', code: null }]);
  });

  test('are replaced by those of a `held` receipt after a rejection as `expired`, and not as `number-conflict`', async () => {
    const [expired, conflict] = owns;
    await receive('clock', { type: 'rejected', code: 'expired', at: 9, owns: [expired] });
    await receive('bytes', { type: 'rejected', code: 'number-conflict', at: 9, owns: [conflict] });
    await receive('held', { type: 'held', at: 1, owns });
    await receive('late', { type: 'rejected', code: 'expired', at: 9, owns: [expired] });
    expect(kept()).toEqual(['bytes', 'held']);
    expect(owns.map((own) => store.settlement.receiptsOf(own)[0]?.type)).toEqual(['held', 'rejected']);
  });
});
