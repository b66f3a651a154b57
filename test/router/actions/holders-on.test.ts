import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdersOn } from '../../../services/router/actions/holders-on.js';
import { openRouterStore } from '../../../services/shared/store/router/router-store.js';

const ID = '01900000-0000-7000-8000-000000000001';

test('router holders: a recipient that answered `not-held` to an action before the notice came is a holder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-holders-'));
  const store = openRouterStore(join(folder, 'router.db'));
  const by = { originator: 'europol', exp: 2_000_000_000 };
  const decision = { type: 'decision', jti: `${ID}.100`, to: 'interpol', outcome: 'delivered' };
  await store.commit(() => {
    store.notices.put(
      {
        ...by,
        jti: `${ID}.100`,
        digest: 'd',
        number: 100,
        kind: 'red',
        state: 'active',
        frame: 'f',
        at: 1,
        part: '{"attributes":{"kind":"red"}}',
        decisions: JSON.stringify([decision]),
      },
      { epoch: 'e', seq: 1 },
    );
    const action = { ...by, digest: 'a', id: ID, number: 200, verb: 'suspend', frame: 'g', at: 2 };
    store.actions.add({ ...action, extendsTo: null, bytes: Uint8Array.of(1) });
    store.actions.answer({
      ...by,
      action: 'a',
      recipient: 'interpol',
      id: ID,
      receipt: 'r',
      type: 'not-held',
      code: null,
      before: null,
      after: null,
      at: 3,
    });
    store.actions.addChange({
      ...by,
      jti: `${ID}.100`,
      recipient: 'interpol',
      change: 'c',
      type: 'held',
      at: 4,
    });
  });
  expect(holdersOn(store, 'europol', ID)).toEqual(['interpol']);
  await store.close();
  rmSync(folder, { recursive: true });
});
