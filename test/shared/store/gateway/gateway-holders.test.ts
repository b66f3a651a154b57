import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OwedHolder } from '../../../../services/shared/store/gateway/gateway-holders.js';
import {
  type GatewayStore,
  openGatewayStore,
} from '../../../../services/shared/store/gateway/gateway-store.js';

let folder: string;
let store: GatewayStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-holders-'));
  store = openGatewayStore(join(folder, 'gateway.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const [id, reason] = ['n', 'by-originator'];
const owe = (...holders: readonly OwedHolder[]): void => store.holders.owe({ id, reason, holders });
const settle = (...holders: readonly OwedHolder[]): void => store.holders.settle({ id, reason, holders });
const owed = (): readonly OwedHolder[] => store.holders.owed(9).flatMap(({ holders }) => holders);
const sections = (...names: readonly string[]): OwedHolder => ({ to: 'afripol', sections: names });
const whole: OwedHolder = { to: 'afripol' };

describe('restrictions that are owed to one holder', () => {
  test('unite their sections, and the whole notice stays owed whatever section follows', () => {
    owe(sections('threat'));
    owe(sections('judicial', 'threat'));
    expect(owed()).toEqual([sections('threat', 'judicial')]);
    owe(whole);
    owe(sections('threat'));
    expect(owed()).toEqual([whole]);
  });

  test('are settled by exactly what a restriction covers', () => {
    owe(sections('threat', 'judicial'), { to: 'interpol' });
    settle(sections('judicial', 'biometrics'));
    expect(owed()).toEqual([sections('threat'), { to: 'interpol' }]);
    settle(whole);
    settle({ to: 'interpol', sections: ['threat'] });
    expect(owed()).toEqual([{ to: 'interpol' }]);
    store.holders.settle({ id, reason: 'no-longer-shared', holders: [{ to: 'interpol' }] });
    expect(owed()).toEqual([{ to: 'interpol' }]);
    settle({ to: 'interpol' });
    expect(owed()).toEqual([]);
  });
});
