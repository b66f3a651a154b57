import { afterAll, beforeAll, expect, test } from 'vitest';
import { digest } from '../../services/shared/trust/digest.js';
import type { Action } from '../../services/shared/wire/frames.js';
import type { ShownUndestroyed } from '../../services/shared/wire/shown-undestroyed.js';
import { attributes } from '../shared/policy/folder.js';
import { type Hub, NOTICE, type RunningAuditor, startHub } from './hub.js';
import { tokensOf } from './hub-tokens.js';
import { unsaltedLeaf, unsignedRecord, unsignedToken } from './unsigned-record.js';

const OTHER = '01890a5d-ac96-774b-bcce-b302099a8059';

let hub: Hub;
let auditor: RunningAuditor;
let tokens: ReturnType<typeof tokensOf>;
let sequence = 0;

beforeAll(async () => {
  hub = await startHub();
  tokens = tokensOf(hub);
  auditor = await hub.audit();
});
afterAll(async () => {
  await auditor.stop();
  await hub.close();
});

async function ask(query: string, token = tokens.console) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${auditor.url}/v1/undestroyed?${query}`, { headers });
  const body = (await response.json()) as ShownUndestroyed & { readonly code?: string };
  return { status: response.status, body };
}

const of = async (member: string): Promise<ShownUndestroyed> => {
  const { body } = await ask(`viewer=federation&member=${member}`);
  expect(body.code).toBeUndefined();
  return body;
};
const held = async (): Promise<ShownUndestroyed['holds']> => (await of('afripol')).holds;

interface Beside {
  readonly org?: string;
  readonly actions?: readonly Action[];
  readonly receipts?: readonly string[];
  readonly changes?: readonly string[];
}

/** Archives a record as a router writes it. */
async function record(
  type: 'routing' | 'receipts',
  parts: readonly object[],
  { org = 'interpol', ...beside }: Beside = {},
): Promise<void> {
  sequence += 1;
  const { bytes } = unsignedRecord({ type, org, iat: 1_800_000_000 + sequence }, parts, beside);
  await auditor.archive.keep([{ epoch: 'first', seq: sequence, subject: `ledger.${org}`, bytes }]);
}

/** Records a notice of interpol for these recipients. */
async function route(id: string, recipients: readonly string[]): Promise<void> {
  const jti = `${id}.7`;
  const about = { jti, digest: `sd ${id}`, number: 7, exp: 4e9 };
  const shares = recipients.map((to) => ({ type: 'share', to, jti, digest: about.digest, sections: [] }));
  await record('routing', [
    { type: 'notice', ...about, attributes: { ...attributes, originator: 'interpol' } },
    ...shares,
  ]);
}

/** Records an action of interpol, and returns its digest. */
async function act(claims: object, leaves: Action['leaves'] = []): Promise<string> {
  const statement = unsignedToken(claims);
  const action = digest(statement);
  await record('routing', [{ type: 'action', digest: action }], {
    actions: [{ statement, leaves, disclosures: [] }],
  });
  return action;
}

/** Records what afripol answers to an action. */
async function answer(action: {
  readonly id: string;
  readonly digest: string;
  readonly type: string;
  readonly after: string | null;
}): Promise<void> {
  const actions = [{ before: digest('held'), ...action }];
  const receipt = unsignedToken({ originator: 'interpol', delivery: 'f', records: [], except: [], actions });
  await record('receipts', [], { org: 'afripol', receipts: [receipt] });
}

const count = (org: string, notices: number, asked: number) => ({ org, notices, asked });

test('undestroyed: what records allowed a member counts for it, and for the originator whose notice it is', async () => {
  await route(NOTICE, ['afripol', 'europol']);
  await route(OTHER, ['afripol']);
  expect(await of('afripol')).toEqual({ record: 2, holds: [count('interpol', 2, 0)], heldByOthers: [] });
  expect(await of('interpol')).toEqual({
    record: 2,
    holds: [],
    heldByOthers: [count('afripol', 2, 0), count('europol', 1, 0)],
  });
});

test('undestroyed: a restricted copy counts until its holder signs that it holds nothing', async () => {
  const leaf = unsaltedLeaf({ to: 'afripol' });
  const action = await act({ verb: 'restrict', id: NOTICE }, [{ leaf }]);
  expect(await held()).toEqual([count('interpol', 2, 1)]);
  await answer({ id: NOTICE, digest: action, type: 'kept', after: digest('held') });
  expect(await held()).toEqual([count('interpol', 2, 1)]);
  await answer({ id: NOTICE, digest: action, type: 'destroyed', after: digest('a part') });
  expect(await held()).toEqual([count('interpol', 2, 1)]);
  await answer({ id: NOTICE, digest: action, type: 'destroyed', after: null });
  expect(await held()).toEqual([count('interpol', 1, 0)]);
});

test('undestroyed: a withdrawn notice counts for each holder until its own answer', async () => {
  const action = await act({ verb: 'withdraw', id: OTHER });
  await act({ verb: 'withdraw', id: NOTICE });
  expect(await held()).toEqual([count('interpol', 1, 1)]);
  await answer({ id: OTHER, digest: action, type: 'destroyed', after: null });
  expect(await held()).toEqual([]);
  expect((await of('interpol')).heldByOthers).toEqual([count('europol', 1, 1)]);
});

test('undestroyed: a later revision counts again, until a statement names it as destroyed', async () => {
  await route(OTHER, ['afripol']);
  expect(await held()).toEqual([count('interpol', 1, 0)]);
  const changes = [{ frame: 'f', index: 0, jti: `${OTHER}.7`, type: 'destroyed', before: digest('held') }];
  const said = unsignedToken({ originator: 'interpol', changes });
  await record('receipts', [], { org: 'afripol', changes: [said] });
  expect(await held()).toEqual([]);
});

test.each([
  ['member=afripol', 403, 'forbidden'],
  ['viewer=interpol&member=afripol', 403, 'forbidden'],
  ['viewer=federation', 400, 'id-invalid'],
])('undestroyed: a question with `%s` is refused', async (query, status, code) => {
  const refused = await ask(query);
  expect([refused.status, refused.body.code]).toEqual([status, code]);
});

test('undestroyed: a token without the scope `quarantine:read` is refused', async () => {
  expect(await ask('viewer=federation&member=afripol', tokens.router)).toMatchObject({ status: 403 });
});
