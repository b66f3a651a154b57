import { inflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import {
  decoyStatuses,
  newStatusSeed,
  signStatusList,
  STATUS,
  STATUS_PLACES,
} from '../../../services/shared/ledger/status-list.js';
import { readStatusList, statusAt } from '../../support/read-status-list.js';
import { makeFederation, NOW, refused, type TestFederation } from '../trust/federation.js';

const AFRIPOL = parseOrgId('afripol');
const EUROPOL = parseOrgId('europol');
let federation: TestFederation;
beforeAll(async () => {
  federation = await makeFederation();
});

const sign = (statuses: Uint8Array, list = 0): Promise<string> =>
  signStatusList(
    { org: EUROPOL, federation: 'demo', list, statuses },
    { signer: federation.signer('europol:receipt:1'), now: NOW },
  );
const read = (token: string, { list = 0, org = EUROPOL, now = NOW } = {}): Promise<Uint8Array> =>
  readStatusList(token, { directory: federation.directory, org, list, now });

describe('a status list', () => {
  test('is packed as in the two-bit example of the draft', () => {
    // draft-ietf-oauth-status-list section 4.1, second example.
    const bytes = inflateSync(Buffer.from('eNo76fITAAPfAgc', 'base64url'));
    const statuses = Array.from({ length: 12 }, (_, place) => statusAt(bytes, place));
    expect(statuses).toEqual([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
  });

  test('gives back the status of each place when it is read', async () => {
    const statuses = decoyStatuses(newStatusSeed());
    statuses[0] = STATUS.suspended;
    statuses[40_211] = STATUS.invalid;
    statuses[STATUS_PLACES - 1] = STATUS.valid;
    const bytes = await read(await sign(statuses));
    expect(Array.from({ length: STATUS_PLACES }, (_, place) => statusAt(bytes, place))).toEqual([
      ...statuses,
    ]);
  });

  test('has about as many valid as invalid decoys, the same each time', () => {
    const seed = newStatusSeed();
    const decoys = decoyStatuses(seed);
    expect(decoyStatuses(seed)).toEqual(decoys);
    const invalid = decoys.reduce((sum, status) => sum + status, 0);
    expect(Math.abs(invalid - STATUS_PLACES / 2)).toBeLessThan(2_000);
  });

  test('is valid for 24 hours, for one organisation and one list number', async () => {
    const token = await sign(decoyStatuses(newStatusSeed()), 3);
    await read(token, { list: 3 });
    await refused(read(token, { list: 2 }), 'token-malformed');
    await refused(read(token, { list: 3, org: AFRIPOL }), 'issuer-mismatch');
    const later = new Date(NOW.getTime() + 86_401_000 + 120_000);
    await refused(read(token, { list: 3, now: later }), 'expired');
  });
});
