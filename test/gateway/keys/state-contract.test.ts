import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Identity } from '../../../services/gateway/identity.js';
import { createContractStatement } from '../../../services/gateway/keys/state-contract.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Directory, openDirectory, signDirectory } from '../../../services/shared/trust/directory.js';
import { judgeContract } from '../../../services/shared/trust/directory/judge-key-request.js';
import { openKeyRequest } from '../../../services/shared/trust/directory/key-request.js';
import { makeFederation, NOW } from '../../shared/trust/federation.js';

const EUROPOL = parseOrgId('europol');
const { source, root, anchor, jwk, directory: first } = await makeFederation();

let folder: string;
let now: Date;
let directory: Directory;
let sent: number[];
let isUp: boolean;
/** How often the gateway asked, also in vain. */
let asked: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-contract-'));
  writeFileSync(join(folder, 'notice.jwk'), JSON.stringify(jwk('europol:notice:1')), { mode: 0o600 });
  [now, directory, sent, isUp, asked] = [NOW, first, [], true, 0];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Rounds of a gateway that speaks this contract. */
const gatewayOf = (contract: number): (() => Promise<void>) => {
  const step = createContractStatement({
    identity: { org: EUROPOL, clock: () => now, directory: { current: () => directory } } as Identity,
    folder,
    contract,
    log: { info: () => undefined, warn: () => undefined } as never,
    keyRequests: {
      send: async (text) => {
        asked += 1;
        if (!isUp) throw fail('not-ready', 'the clock is not known to be right');
        const request = await openKeyRequest(text, { directory, now, org: EUROPOL });
        if (request.wish.type !== 'contract') throw new Error('another wish');
        judgeContract(request, request.wish, { directory, spoken: contract });
        sent.push(request.wish.contract);
        return { id: 'sent' } as never;
      },
    },
  });
  return () => step(AbortSignal.abort());
};
const later = (ms: number): void => {
  now = new Date(now.getTime() + ms);
};

test('a gateway that was updated asks the hub by itself to list the contract that it speaks, and then once a day', async () => {
  const round = gatewayOf(2);
  await round();
  await round();
  expect(sent).toEqual([2]);
  later(86_399_999);
  await round();
  expect(sent).toEqual([2]);
  later(1);
  await round();
  expect(sent).toEqual([2, 2]);
});

test('a gateway that could not ask tries again after a minute', async () => {
  const round = gatewayOf(2);
  isUp = false;
  await round();
  isUp = true;
  later(59_999);
  await round();
  expect(sent).toEqual([]);
  later(1);
  await round();
  expect(sent).toEqual([2]);
});

test('a gateway asks nothing while the directory lists the contract that it speaks, or a newer one', async () => {
  await gatewayOf(1)();
  const { europol } = source.organisations;
  const organisations = { ...source.organisations, europol: { ...europol!, contract: 3 } };
  directory = await openDirectory(await signDirectory({ ...source, organisations }, root), anchor);
  for (const contract of [1, 2, 3]) await gatewayOf(contract)();
  expect(asked).toBe(0);
});
