import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digest } from '../../services/shared/trust/digest.js';
import type { ShownRecalls } from '../../services/shared/wire/shown-recalls.js';
import {
  decisionPart,
  type Hub,
  NOTICE,
  noticePart,
  receiptPart,
  type RunningAuditor,
  startHub,
} from './hub.js';
import { tokensOf } from './hub-tokens.js';
import { unsignedRecord, unsignedToken } from './unsigned-record.js';

const ISSUED = 1_800_000_000;
const OTHER = '01890a5d-ac96-774b-bcce-b302099a8059';
const COMMAND = digest('the second command');

let hub: Hub;
let auditor: RunningAuditor;
let tokens: ReturnType<typeof tokensOf>;
let sequence = 0;

interface Beside {
  readonly org?: string;
  readonly receipts?: readonly string[];
}

/** Archives a record as a router writes it, and returns the digest of its statement. */
async function record(
  type: string,
  parts: readonly object[],
  { org = 'interpol', receipts = [] }: Beside = {},
): Promise<string> {
  sequence += 1;
  const claims = { type, org, iat: ISSUED + sequence, frame: 'a'.repeat(64) };
  const { statement, bytes } = unsignedRecord(claims, parts, { receipts });
  await keep(org, bytes);
  return digest(statement);
}

async function keep(org: string, bytes: Uint8Array): Promise<void> {
  await auditor.archive.keep([{ epoch: 'first', seq: sequence, subject: `ledger.${org}`, bytes }]);
}

const command = (person: string, more: object) => ({
  type: 'command',
  verb: 'cancel',
  person,
  entry: 'e'.repeat(64),
  notice: NOTICE,
  seq: 1,
  accepted: ISSUED,
  token: digest(person),
  code: null,
  ...more,
});

beforeAll(async () => {
  hub = await startHub();
  tokens = tokensOf(hub);
  auditor = await hub.audit();
  const decisions = [decisionPart('europol', 'redacted'), decisionPart('afripol', 'denied')];
  await keep('interpol', await hub.report('interpol', [noticePart(1), ...decisions]));
  sequence += 1;
  await keep('europol', await hub.receipts('europol', 'interpol', [receiptPart('held')]));
  const first = { command: '01900000-0000-7000-8000-000000000001', outcome: 'proposed' };
  const proposal = await record('command', [command('A. Example', first)]);
  const refused = { command: '01900000-0000-7000-8000-000000000002', outcome: 'refused' };
  await record('command', [command('A. Example', { ...refused, code: 'second-person-needed' })]);
  const second = { command: '01900000-0000-7000-8000-000000000003', outcome: 'cancelled' };
  const recall = await record('command', [command('B. Example', { ...second, token: COMMAND, proposal })]);
  const actions = [{ digest: COMMAND, id: NOTICE, type: 'destroyed', before: null, after: null }];
  const about = { originator: 'interpol', delivery: 'f', records: [recall], root: '', size: 0, except: [] };
  await record('receipts', [{}], { org: 'europol', receipts: [unsignedToken({ ...about, actions })] });
  await record('command', [command('B. Example', { ...first, notice: OTHER })]);
});
afterAll(async () => {
  await auditor.stop();
  await hub.close();
});

async function get<T>(path: string, token = tokens.operator) {
  const response = await fetch(`${auditor.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as T };
}

const at = (second: number): string => new Date((ISSUED + second) * 1000).toISOString();

describe('auditor: the list of recalls', () => {
  test('names each recall in force, both operators, and the answer of the originator and of every recipient', async () => {
    const { body } = await get<ShownRecalls>('/v1/recalls?viewer=federation');
    const holders = [
      { org: 'interpol', answer: null, answeredAt: null },
      { org: 'europol', answer: 'destroyed', answeredAt: at(5) },
    ];
    const by = ['A. Example', 'B. Example'];
    expect(body).toEqual({
      recalls: [{ id: NOTICE, originator: 'interpol', recalledAt: at(4), by, holders }],
      next: null,
    });
  });

  test('comes in pages', async () => {
    const { body } = await get<ShownRecalls>('/v1/recalls?viewer=federation&limit=1');
    expect(body).toMatchObject({ recalls: [{ id: NOTICE }], next: 6 });
    const rest = await get<ShownRecalls>(`/v1/recalls?viewer=federation&from=${body.next}`);
    expect(rest.body).toEqual({ recalls: [], next: null });
  });

  test('is empty for an organisation and without a viewer, and refused without the scope or with a bad `from`', async () => {
    for (const query of ['', '?viewer=interpol'])
      expect((await get(`/v1/recalls${query}`)).body).toEqual({ recalls: [], next: null });
    expect(await get('/v1/recalls?viewer=federation', tokens.router)).toMatchObject({ status: 403 });
    expect(await get('/v1/recalls?viewer=federation&from=x')).toMatchObject({
      status: 400,
      body: { code: 'usage' },
    });
  });
});

interface Decisions {
  readonly records: readonly { readonly type: string; readonly parts: readonly object[] }[];
}

describe('auditor: a recall in the records of a notice', () => {
  const recallFor = async (viewer: string) => {
    const { body } = await get<Decisions>(`/v1/decisions?viewer=${viewer}&id=${NOTICE}`, tokens.console);
    return body.records.filter(({ type }) => type === 'recall').flatMap(({ parts }) => parts);
  };

  test('names the operators of the proposal and of the recall to the federation alone', async () => {
    const [first, second] = ['A. Example', 'B. Example'].map((person) => ({ person, at: at(0) }));
    expect(await recallFor('federation')).toMatchObject([
      { outcome: 'proposed', by: [first], to: [] },
      { outcome: 'cancelled', digest: COMMAND, by: [first, second], to: ['interpol', 'europol'] },
    ]);
    const told = { type: 'recall', digest: COMMAND, outcome: 'cancelled', number: ISSUED * 1000 };
    expect(await recallFor('interpol')).toEqual([{ ...told, to: ['interpol', 'europol'] }]);
    expect(await recallFor('europol')).toEqual([{ ...told, to: ['europol'] }]);
  });

  test('is not shown to an organisation that was denied the notice', async () => {
    expect(await get(`/v1/decisions?viewer=afripol&id=${NOTICE}`, tokens.console)).toMatchObject({
      status: 404,
    });
  });
});
