import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseStrictJson } from '../../../services/shared/kernel/strict-json.js';
import type { KeyWish } from '../../../services/shared/trust/directory/key-request-claims.js';
import { signKeyRequest } from '../../../services/shared/trust/directory/key-request.js';
import {
  openPendingRequests,
  requestsIn,
} from '../../../services/shared/trust/directory/pending-requests.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { parsePrivateJwk, type PrivateJwk } from '../../../services/shared/trust/jwk.js';
import { generateKey, publicJwk } from '../../../services/shared/trust/keys.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';

let hub: TestHub;
let europol: PlayedGateway;
beforeAll(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol'] });
  await hub.open(await hub.start());
  europol = await hub.gateway('europol');
  await europol.listen();
});
afterAll(() => hub.close());

const keyOf = (use: string): PrivateJwk =>
  parsePrivateJwk(parseStrictJson(readFileSync(hub.broker.home.org(europol.org, `${use}.jwk`))));
const pending = () => openPendingRequests(requestsIn(hub.broker.home.router(1)));

async function asking(wish: KeyWish, keys: readonly PrivateJwk[]): Promise<string> {
  const { federation } = hub.directory();
  return signKeyRequest(
    { iss: europol.org, aud: federation, iat: Math.floor(Date.now() / 1000), wish },
    keys,
  );
}
async function askingNext(use: string): Promise<string> {
  const next = await generateKey(`europol:${use}:2`);
  return asking({ type: 'next', key: publicJwk(next) }, [next, keyOf(use)]);
}
/** What the report says of requests in one frame: the keys of those that were taken, and the codes of the others. */
async function send(...texts: readonly string[]) {
  const sent = await europol.frame(texts.map((keyRequest) => ({ keyRequest })));
  await europol.send(sent);
  const { keyRequests, refusals } = await europol.reportOn(sent);
  return { taken: keyRequests.map(({ kid }) => kid), refused: refusals.map(({ code }) => code) };
}

describe('router: a key request', () => {
  test('is recorded, named in the report, and kept for the signer of the directory', async () => {
    const text = await askingNext('receipt');
    const sent = await europol.frame([{ keyRequest: text }]);
    await europol.send(sent);
    const report = await europol.reportOn(sent);
    expect(report.keyRequests).toEqual([
      { type: 'key-request', digest: digest(text), kid: 'europol:receipt:2' },
    ]);
    expect(report.beside.keyRequests).toEqual([text]);
    expect(pending().list()).toEqual([text]);
  });

  test('is refused while another one for the same use waits, also in the same frame', async () => {
    expect(await send(await askingNext('receipt'))).toEqual({ taken: [], refused: ['request-open'] });
    expect(await send(await askingNext('witness'), await askingNext('witness'))).toEqual({
      taken: ['europol:witness:2'],
      refused: ['request-open'],
    });
  });

  test('that its signatures do not allow is refused with a code, and not kept', async () => {
    const before = pending().list();
    const thief = await generateKey('europol:policy:2');
    const text = await asking({ type: 'next', key: publicJwk(thief) }, [thief, keyOf('receipt')]);
    expect(await send(text)).toEqual({ taken: [], refused: ['key-invalid'] });
    expect(pending().list()).toEqual(before);
  });

  test('of a suspended member is taken only if it revokes', async () => {
    await hub.amend((source) => {
      const { europol: own } = source.organisations;
      const suspended = { ...own!, suspendedAt: new Date().toISOString().replace(/\.\d+Z$/, 'Z') };
      return { ...source, organisations: { ...source.organisations, europol: suspended } };
    });
    expect(await send(await askingNext('notice'))).toEqual({ taken: [], refused: ['member-suspended'] });
    const since = Math.floor(Date.now() / 1000);
    const revocation = await asking({ type: 'revoke', kid: 'europol:policy:1', since }, [keyOf('policy')]);
    expect(await send(revocation)).toEqual({ taken: ['europol:policy:1'], refused: [] });
  });
});
