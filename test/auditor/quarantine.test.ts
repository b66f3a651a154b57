import { rmSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../services/shared/kernel/clock.js';
import {
  type EntryId,
  parseCommandId,
  parseEntryId,
  parseFrameId,
  parseOrgId,
} from '../../services/shared/kernel/ids.js';
import { signCommand } from '../../services/shared/ledger/command.js';
import { digest } from '../../services/shared/trust/digest.js';
import { type CommandOutcome, signCommandRecord } from '../../services/shared/ledger/command-record.js';
import { signQuarantine } from '../../services/shared/ledger/quarantine-record.js';
import { readSigner, type Signer } from '../../services/shared/trust/keys.js';
import type { CommandVerb } from '../../services/shared/wire/subjects.js';
import { type Hub, type RunningAuditor, startHub, waitUntil } from './hub.js';
import { tokensOf } from './hub-tokens.js';

const [EUROPOL, AFRIPOL] = [parseOrgId('europol'), parseOrgId('afripol')];
const FRAME = parseFrameId('f'.repeat(64));
const entryOf = (n: number): EntryId => parseEntryId(String(n).repeat(64));
const OPEN = entryOf(1);
const CLOSED = entryOf(2);
const AGAIN = entryOf(3);
const OTHERS = entryOf(4);
const MANY = [entryOf(5), entryOf(6), entryOf(7)];

let hub: Hub;
let auditor: RunningAuditor;
let operator: Signer;
let tokens: ReturnType<typeof tokensOf>;
const commands: string[] = [];

async function quarantine(
  org: typeof EUROPOL,
  names: readonly EntryId[],
  reason: 'expired' | 'key-unknown' = 'expired',
): Promise<void> {
  const about = { what: 'message', size: 12, reason, subject: 'out.submission.x' } as const;
  const entries = names.map((entry) => ({ type: 'quarantined', entry, ...about }) as const);
  const by = { signer: hub.signers.hub, federation: 'demo', now: new Date() };
  await hub.publish(org, (await signQuarantine({ org, frame: FRAME, entries }, by)).bytes);
}

interface Ended {
  readonly verb: CommandVerb;
  readonly entry: EntryId;
  readonly outcome: CommandOutcome;
  readonly signer?: Signer;
}

async function command({ verb, entry, outcome, signer = operator }: Ended): Promise<string> {
  const id = parseCommandId(uuidv7());
  const note = verb === 'discard' ? { note: 'a note of the hub' } : {};
  const now = new Date();
  const content = { id, verb, org: EUROPOL, entry, ...note };
  const token = await signCommand(content, { signer, federation: 'demo', now });
  const about = {
    command: id,
    verb,
    person: 'demonstration operator',
    entry,
    seq: 1,
    accepted: seconds(now),
    token: digest(token),
  };
  const part = { type: 'command', ...about, outcome, code: null } as const;
  const by = { signer: hub.signers.hub, federation: 'demo', now };
  const record = { org: EUROPOL, frame: FRAME, token, part, results: [] };
  await hub.publish(EUROPOL, (await signCommandRecord(record, by)).bytes);
  return id;
}

beforeAll(async () => {
  hub = await startHub();
  tokens = tokensOf(hub);
  operator = await readSigner(hub.broker.home.operatorKey);
  for (const entry of [OPEN, CLOSED, AGAIN]) await quarantine(EUROPOL, [entry]);
  await quarantine(AFRIPOL, [OTHERS]);
  commands.push(await command({ verb: 'discard', entry: CLOSED, outcome: 'discarded' }));
  commands.push(await command({ verb: 'replay', entry: AGAIN, outcome: 'accepted' }));
  await command({ verb: 'replay', entry: AGAIN, outcome: 'routed' });
  await quarantine(EUROPOL, [AGAIN], 'key-unknown');
  // Signed by a key that is not an operator's, in a record that the router signed.
  await command({ verb: 'discard', entry: OPEN, outcome: 'discarded', signer: hub.signers.audit });
  auditor = await hub.audit();
  await waitUntil(() => auditor.heartbeat()?.seq === 9);
});
afterAll(async () => {
  await auditor.stop();
  await hub.close();
});

type Json = Readonly<Record<string, unknown>>;

async function get(path: string, token = tokens.operator): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${auditor.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Json };
}
const list = async (query: string): Promise<readonly Json[]> =>
  (await get(`/v1/quarantine?${query}`)).body['entries'] as readonly Json[];
const names = async (query: string): Promise<readonly unknown[]> =>
  (await list(query)).map(({ entry }) => entry);

describe('auditor quarantine', () => {
  test('archives no record of a command that no operator signed', () => {
    expect(auditor.archive.count()).toBe(8);
  });

  test('lists entries, newest first, with their state', async () => {
    const entries = await list('viewer=federation');
    expect(entries.map(({ entry, state }) => [entry, state])).toEqual([
      [AGAIN, 'open'],
      [OTHERS, 'open'],
      [CLOSED, 'discarded'],
      [OPEN, 'open'],
    ]);
    expect(entries[2]).toMatchObject({ org: 'europol', reason: 'expired', size: 12, what: 'message' });
    expect(entries[2]?.['commands']).toMatchObject([
      { verb: 'discard', outcome: 'discarded', person: 'demonstration operator', note: 'a note of the hub' },
    ]);
  });

  test('filters entries by organisation, prefix, state and last reason, with a limit', async () => {
    expect(await names('viewer=federation&org=afripol')).toEqual([OTHERS]);
    expect(await names('viewer=federation&entry=22')).toEqual([CLOSED]);
    expect(await names('viewer=federation&state=closed')).toEqual([CLOSED]);
    expect(await names('viewer=federation&state=open&limit=1')).toEqual([AGAIN]);
    expect(await names('viewer=federation&reason=key-unknown')).toEqual([AGAIN]);
    expect(await names('viewer=europol&reason=expired')).toEqual([CLOSED, OPEN]);
    for (const wrong of [
      'entry=%25',
      'entry=',
      'state=any',
      'limit=0',
      'reason=',
      'org=Europol',
      'after=x',
    ]) {
      expect((await get(`/v1/quarantine?viewer=federation&${wrong}`)).status).toBe(400);
    }
  });

  test('pages through the list without gaps, even where one record opened several entries', async () => {
    await quarantine(EUROPOL, MANY);
    await waitUntil(async () => (await list('viewer=europol')).length === 6);
    for (const viewer of ['europol', 'federation']) {
      const found: unknown[] = [];
      for (let after = ''; ; ) {
        const { body } = await get(`/v1/quarantine?viewer=${viewer}&limit=1${after}`);
        found.push(...(body['entries'] as readonly Json[]).map(({ entry }) => entry));
        if (body['next'] === null) break;
        after = `&after=${String(body['next'])}`;
      }
      expect(found).toEqual(await names(`viewer=${viewer}`));
      expect(found.slice(0, 3)).toEqual(MANY);
    }
  });

  test('shows an organisation no number that counts the records of others', async () => {
    const [own] = await list('viewer=europol');
    expect(own).not.toHaveProperty('record');
    const { next } = (await get('/v1/quarantine?viewer=europol&limit=1')).body;
    expect(Buffer.from(String(next), 'base64url').toString()).toBe(`europol ${String(own?.['entry'])}`);
    expect((await list('viewer=federation'))[0]?.['record']).toBe(9);
  });

  test('accepts from an organisation only cursors of its own entries, so that it cannot probe for others', async () => {
    for (const entry of [OTHERS, 'f'.repeat(64)]) {
      const after = Buffer.from(`afripol ${entry}`).toString('base64url');
      const { status, body } = await get(`/v1/quarantine?viewer=europol&after=${after}`);
      expect([status, body['code']]).toEqual([400, 'usage']);
    }
  });

  test('shows an organisation its own entries without the hub’s staff, and nothing without a viewer', async () => {
    const own = await list('viewer=europol');
    expect(own.map(({ entry }) => entry)).toEqual([...MANY, AGAIN, CLOSED, OPEN]);
    expect(JSON.stringify(own)).not.toMatch(/operator|a note|afripol/);
    expect(await names('viewer=afripol')).toEqual([OTHERS]);
    expect(await names('viewer=afripol&org=europol')).toEqual([]);
    expect(await names('viewer=interpol')).toEqual([]);
    expect(await list('')).toEqual([]);
  });

  test('shows the outcome of a command to the federation alone', async () => {
    const [discarded, routed] = commands;
    expect((await get(`/v1/commands?viewer=federation&id=${discarded}`)).body).toMatchObject({
      outcome: 'discarded',
      entry: CLOSED,
      org: 'europol',
    });
    // The second record has another id in this test: the first one leaves it `accepted`.
    expect((await get(`/v1/commands?viewer=federation&id=${routed}`)).body).toMatchObject({
      outcome: 'accepted',
    });
    const unknown = await get(`/v1/commands?viewer=federation&id=${uuidv7()}`);
    expect([unknown.status, unknown.body['code']]).toEqual([404, 'not-found']);
    for (const viewer of ['', 'viewer=europol&']) {
      expect(await get(`/v1/commands?${viewer}id=${discarded}`)).toEqual(unknown);
    }
  });

  test('refuses quarantine routes to the router and without a token', async () => {
    for (const path of [
      '/v1/quarantine?viewer=federation',
      `/v1/commands?viewer=federation&id=${commands[0]}`,
    ]) {
      expect((await get(path, tokens.router)).status).toBe(403);
      expect((await get(path, 'x'.repeat(43))).status).toBe(401);
      expect((await get(path, tokens.console)).status).toBe(200);
    }
  });

  test('finds all entries again when the index is rebuilt from the file', async () => {
    const before = await list('viewer=federation');
    await auditor.stop();
    for (const file of ['index.db', 'index.db-wal', 'index.db-shm']) {
      rmSync(`${hub.broker.home.auditorData}/${file}`, { force: true });
    }
    auditor = await hub.audit();
    expect(await list('viewer=federation')).toEqual(before);
  });
});
