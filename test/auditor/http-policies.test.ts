import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeCallers } from '../../services/cli/token/change-callers.js';
import { createBundle } from '../../services/shared/policy/adopted/bundle.js';
import { MAX_PACKED_BYTES, packBundle } from '../../services/shared/policy/adopted/packed-bundle.js';
import { digest } from '../../services/shared/trust/digest.js';
import { hashToken, newToken } from '../../services/shared/trust/tokens.js';
import { MAX_UNNAMED } from '../../services/auditor/policy-archive.js';
import { type Hub, noticePart, type RunningAuditor, startHub } from './hub.js';
import { tokensOf } from './hub-tokens.js';

/** A token without `policies:read`. */
const DECISIONS_ONLY = newToken();
let hub: Hub;
let auditor: RunningAuditor;
let tokens: ReturnType<typeof tokensOf>;

beforeAll(async () => {
  hub = await startHub();
  tokens = tokensOf(hub);
  const reader = { name: 'reader', hash: hashToken(DECISIONS_ONLY), scopes: ['decisions:read'] };
  changeCallers(hub.broker.home.hub('auditor', 'tokens.json'), (kept) => [...kept, reader]);
  auditor = await hub.audit();
});
afterAll(async () => {
  await auditor.stop();
  await hub.close();
});

const bundleOf = (text: string) => createBundle([['federation/rules.cedar', text]], digest);
const RULES = bundleOf('permit (principal, action, resource);');

interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly body: Buffer;
}

async function call(token: string, path: string, body?: Uint8Array): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/gzip' };
  const init = body === undefined ? { headers } : { headers, method: 'PUT', body: Buffer.from(body) };
  const response = await fetch(`${auditor.url}/v1/policies/${path}`, init);
  const bytes = Buffer.from(await response.arrayBuffer());
  const { code } = response.status < 400 ? {} : JSON.parse(bytes.toString());
  return { status: response.status, code, body: bytes };
}

describe('policies at the auditor', () => {
  test('a bundle that a router put is returned by its digest to routers, operators, the console and the federation auditor', async () => {
    const packed = await packBundle(RULES);
    expect((await call(tokens.router, RULES.digest, packed)).status).toBe(204);
    for (const token of [tokens.router, tokens.operator, tokens.console, tokens.federation]) {
      const { status, body } = await call(token, RULES.digest);
      expect([status, body.equals(packed)]).toEqual([200, true]);
    }
    expect(await call(DECISIONS_ONLY, RULES.digest)).toMatchObject({ status: 403, code: 'forbidden' });
  });

  test('a bundle that a record on the ledger names is kept, however many later ones no record names', async () => {
    const named = bundleOf('permit (principal, action, resource); // named');
    await call(tokens.router, named.digest, await packBundle(named));
    await hub.publish('interpol', await hub.report('interpol', [noticePart(1)], { bundle: named.digest }));
    await auditor.until((archive) => archive.count() === 1);
    for (let later = 0; later <= MAX_UNNAMED; later += 1) {
      const other = bundleOf(`permit (principal, action, resource); // ${later}`);
      await call(tokens.router, other.digest, await packBundle(other));
    }
    expect(await call(tokens.router, named.digest)).toMatchObject({ status: 200 });
    expect(await call(tokens.router, RULES.digest)).toMatchObject({ status: 404 });
  });

  test('only a router may put a bundle of policies', async () => {
    for (const token of [tokens.console, tokens.operator, tokens.federation]) {
      const { status, code } = await call(token, RULES.digest, await packBundle(RULES));
      expect([status, code]).toEqual([403, 'forbidden']);
    }
  });

  test('a bundle whose bytes do not match its digest is refused, and nothing is stored', async () => {
    const { digest: other } = bundleOf('other rules');
    const changed = gunzipSync(await packBundle(RULES))
      .toString()
      .replace('permit', 'forbid');
    const bodies = [await packBundle(RULES), gzipSync(changed), Buffer.from('rules'), Buffer.alloc(0)];
    for (const body of bodies)
      expect(await call(tokens.router, other, body)).toMatchObject({ status: 400, code: 'digest-mismatch' });
    expect(await call(tokens.router, other)).toMatchObject({ status: 404, code: 'not-found' });
  });

  test('a bundle beyond the bounds is refused, packed or unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024));
    expect(await call(tokens.router, RULES.digest, bomb)).toMatchObject({ code: 'digest-mismatch' });
    const long = Buffer.alloc(MAX_PACKED_BYTES + 1);
    expect(await call(tokens.router, RULES.digest, long)).toMatchObject({ status: 413, code: 'oversize' });
  });

  test('a name that is not a digest is refused before any file is read', async () => {
    for (const name of ['new', '..%2frecords', `${RULES.digest}0`, RULES.digest.slice(1)])
      expect(await call(tokens.router, name)).toMatchObject({ status: 400, code: 'id-invalid' });
  });
});
