import { beforeAll, expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { Directory } from '../../../../services/shared/trust/directory.js';
import {
  contractFor,
  hubContractFault,
  watchHubContract,
} from '../../../../services/shared/trust/directory/hub-contract.js';
import { CONTRACT } from '../../../../services/shared/wire/contract.js';
import { alarmsFor } from '../../../support/alarms-for.js';
import { makeFederation } from '../federation.js';

const europol = parseOrgId('europol');
let spoken: Directory;
let unspoken: Directory;
beforeAll(async () => {
  const saying = (contract: number) =>
    makeFederation((source) => ({ ...source, hub: { ...source.hub, contract } }));
  spoken = (await saying(CONTRACT)).directory;
  unspoken = (await saying(CONTRACT + 1)).directory;
});

test('a directory opens although this version does not speak the contract of the hub: its revocations count', () => {
  expect(unspoken.hub.contract).toBe(CONTRACT + 1);
  expect(unspoken.key('europol:notice:1')).toBeDefined();
});

test('a process of the hub waits, and alarms, as long as the directory says a contract that it does not speak', () => {
  expect(hubContractFault(spoken)).toBeUndefined();
  expect(hubContractFault(unspoken)).toMatchObject({ code: 'contract-unknown' });
  const alarms = alarmsFor({});
  const listeners: ((directory: Directory) => void)[] = [];
  watchHubContract({ current: () => unspoken, follow: (listener) => void listeners.push(listener) }, alarms);
  const inForce = (): readonly string[] => alarms.list().map(({ alarm }) => alarm);
  expect(inForce()).toEqual(['contract-not-spoken']);
  for (const listener of listeners) listener(spoken);
  expect(inForce()).toEqual([]);
});

test('the hub writes to a member in its own contract, and in an older one to a member that speaks no newer', () => {
  const hub = { ...spoken.hub, contract: CONTRACT + 5 };
  const speaking = (contract: number): Directory => {
    const members = [...spoken.organisations].map(([id, member]) => [id, { ...member, contract }] as const);
    return { ...spoken, hub, organisations: new Map(members) };
  };
  expect(contractFor(speaking(CONTRACT + 5), europol)).toBe(CONTRACT);
  expect(contractFor({ ...speaking(CONTRACT), hub: { ...hub, contract: CONTRACT } }, europol)).toBe(CONTRACT);
  expect(contractFor(speaking(0), europol)).toBe(0);
});
