import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyAdoption } from '../../../services/router/ledger/apply-adoption.js';
import { applyCommand, applyQuarantine } from '../../../services/router/ledger/apply-quarantine.js';
import type { Code } from '../../../services/shared/kernel/errors.js';
import {
  parseCommandId,
  parseEntryId,
  parseFrameId,
  parseOrgId,
} from '../../../services/shared/kernel/ids.js';
import type { CommandOutcome } from '../../../services/shared/ledger/command-record.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest, hexOfDigest } from '../../../services/shared/trust/digest.js';

const org = parseOrgId('europol');
const frame = parseFrameId('f'.repeat(64));
const entry = parseEntryId('1'.repeat(64));

describe('router projection: a quarantine entry is as the latest record of the ledger leaves it, in any reading order', () => {
  let folder: string;
  let store: RouterStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-quarantine-'));
    store = openRouterStore(join(folder, 'router.db'));
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (seq: number, epoch: string) => ({
    place: { epoch, seq },
    isHere: true,
    bytes: null,
    kept: false,
  });
  const opens = (seq: number, { epoch = 'x', reason = 'expired' as Code } = {}) => {
    const part = { type: 'quarantined', what: 'message', entry, size: 1, reason, subject: 'out.x' } as const;
    const record = { org, frame, digest: digest(`opens ${epoch} ${seq}`), issuedAt: new Date(seq * 1_000) };
    return store.commit(() => applyQuarantine(store, { ...record, entries: [part] }, at(seq, epoch)));
  };
  const ends = (seq: number, { epoch = 'x', outcome = 'discarded' as CommandOutcome } = {}) => {
    const command = parseCommandId(`01890a5d-ac96-774b-bcce-${String(seq).padStart(12, '0')}`);
    const token = `token ${epoch} ${seq}`;
    const about = { command, verb: 'discard', person: 'an operator', entry, seq: 1, accepted: seq } as const;
    const part = { type: 'command', ...about, token: digest(token), outcome, code: null } as const;
    const record = { org, frame, token, part, digest: digest(token), issuedAt: new Date(seq * 1_000) };
    return store.commit(() => applyCommand(store, record, at(seq, epoch)));
  };
  const openEntry = () => store.quarantine.find({ org, entry });

  test('closed, when the closing record is read before the opening one', async () => {
    await ends(11);
    expect(openEntry()).toBeUndefined();
    await opens(10);
    expect(openEntry()).toBeUndefined();
  });

  test('open again, when the reopening record is read before the closing one', async () => {
    await opens(9);
    await opens(12, { reason: 'oversize' });
    await ends(11, { outcome: 'routed' });
    expect(openEntry()).toEqual({ reason: 'oversize', what: 'message' });
    await opens(10);
    expect(openEntry()).toEqual({ reason: 'oversize', what: 'message' });
  });

  test('still open after a command that ends otherwise', async () => {
    await opens(10);
    await ends(11, { outcome: 'refused' });
    expect(openEntry()).toBeDefined();
  });

  test('a record of a later epoch counts as later, however small its sequence', async () => {
    await opens(10);
    await ends(1, { epoch: 'y' });
    expect(openEntry()).toBeUndefined();
    await opens(2, { epoch: 'y' });
    expect(openEntry()).toBeDefined();
  });

  test('a sweep drops no open entry', async () => {
    await opens(10);
    store.quarantine.sweep(99, 10);
    expect(openEntry()).toBeDefined();
  });
});

test('router projection: a baseline takes the place of the policies that the newest judgement names, and of none before the first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-quarantine-'));
  const store = openRouterStore(join(folder, 'router.db'));
  const hub = parseOrgId('hub');
  const [lost, found] = [digest('a lost bundle'), digest('another bundle')];
  const position = (seq: number) => ({
    place: { epoch: 'x', seq },
    isHere: true,
    bytes: null,
    kept: false,
  });
  const baseline = (seq: number) => {
    const command = parseCommandId(`01890a5d-ac96-774b-bcce-${String(seq).padStart(12, '0')}`);
    const about = { command, verb: 'baseline', person: 'an operator', seq: 1, accepted: seq } as const;
    const token = `baseline ${seq}`;
    const part = {
      type: 'command',
      ...about,
      entry: parseEntryId(hexOfDigest(found)),
      token: digest(token),
      outcome: 'adopted',
      code: null,
    } as const;
    const record = { org: hub, frame, token, part, digest: digest(token), issuedAt: new Date(seq * 1_000) };
    return store.commit(() => applyCommand(store, record, position(seq)));
  };
  await baseline(1);
  expect(store.releases.bundle()).toBeUndefined();
  const part = {
    type: 'adoption',
    outcome: 'adopted',
    bundle: lost,
    release: null,
    approvedBy: null,
    by: 'router-1',
    findings: [],
  } as const;
  const judgement = { org: hub, frame, part, digest: digest('a judgement'), issuedAt: new Date(2_000) };
  await store.commit(() => applyAdoption(store, judgement, position(2)));
  expect(store.releases.bundle()).toBe(lost);
  await baseline(3);
  expect(store.releases.bundle()).toBe(found);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
