import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerStanding } from '../../../services/router/queries/answer-standing.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { parseStrictJson } from '../../../services/shared/kernel/strict-json.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';

const ORG = parseOrgId('europol');
const READ = { epoch: 'e'.repeat(64), sequence: 2 ** 40 };
const [NOTICES, ACTIONS] = [1_100, 20];
/** Maximum bytes of the payload of a token. */
const MAX_JSON = 262_144;

const idOf = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const orgOf = (n: number): string => `organisation-with-a-long-name-number-${n}`;

let folder: string;
let store: RouterStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-standing-'));
  store = openRouterStore(join(folder, 'router.db'));
  const decision = (to: string) => ({ type: 'decision', to, outcome: 'delivered' });
  const decisions = JSON.stringify([ORG, ...Array.from({ length: 40 }, (_, n) => orgOf(n))].map(decision));
  await store.commit(() => {
    for (let n = 0; n < NOTICES; n += 1) {
      const number = 2 ** 50 + n;
      const notice = {
        jti: `${idOf(n)}.${number}`,
        digest: digest(`notice ${n}`),
        number,
        exp: 9e9,
        kind: 'red',
      };
      const rest = { state: 'active', frame: 'f', at: 1, part: '{}', decisions } as const;
      store.notices.put({ originator: ORG, ...notice, ...rest }, { epoch: 'e', seq: n + 1 });
    }
    for (let n = 0; n < 256; n += 1)
      for (let each = 0; each < ACTIONS; each += 1) {
        const action = {
          originator: ORG,
          digest: digest(`action ${n} ${each}`),
          id: idOf(n),
          exp: 9e9,
          frame: 'f',
        };
        const verb = each === ACTIONS - 1 ? 'withdraw' : 'restrict';
        store.actions.add({
          ...action,
          number: 2 ** 50 + each,
          verb,
          at: 1,
          extendsTo: null,
          bytes: Buffer.of(),
        });
        store.actions.addAct({
          originator: ORG,
          action: action.digest,
          recipient: ORG,
          frame: 'f',
          exp: 9e9,
          isEnding: true,
        });
      }
  });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('router standing: the longest answer stays within the limits of a gateway for a token', () => {
  const held = Array.from({ length: 256 }, (_, n) => ({ originator: ORG, id: idOf(n) }));
  const answer = answerStanding({ held, after: 0 }, { org: ORG, store, read: READ });
  const json = JSON.stringify({ iss: 'hub', aud: ORG, frame: 'f'.repeat(64), answer });
  expect(answer.held.length).toBeGreaterThan(80);
  expect(answer.own.length).toBeGreaterThan(50);
  expect(json.length).toBeLessThan(MAX_JSON);
  expect(() => parseStrictJson(Buffer.from(json))).not.toThrow();
});

test('router standing: the pages of own notices list each notice once, however long their rows are', () => {
  const seen: string[] = [];
  let after: number | string = 0;
  for (let pages = 0; ; pages += 1) {
    expect(pages).toBeLessThan(100);
    const { own, next } = answerStanding({ after }, { org: ORG, store, read: READ });
    seen.push(...own.map((row) => row.split(' ', 1)[0] ?? ''));
    if (next === null) break;
    after = next;
  }
  expect(seen).toHaveLength(NOTICES);
  expect(new Set(seen).size).toBe(NOTICES);
});

test('router standing: a held notice lists its newest actions up to a maximum, and its end separately', () => {
  const { held } = answerStanding(
    { held: [{ originator: ORG, id: idOf(0) }] },
    { org: ORG, store, read: READ },
  );
  expect(held).toMatchObject([{ end: { verb: 'withdraw' } }]);
  expect(held[0]?.actions).toHaveLength(16);
});
