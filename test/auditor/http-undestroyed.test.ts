import { afterAll, beforeAll, expect, test } from 'vitest';
import { digest } from '../../services/shared/trust/digest.js';
import type { Action } from '../../services/shared/wire/frames.js';
import type { ShownUndestroyed } from '../../services/shared/wire/shown-undestroyed.js';
import { attributes } from '../shared/policy/folder.js';
import { type AskedAuditor, startAskedAuditor } from './asked-auditor.js';
import { NOTICE } from './hub.js';
import { unsaltedLeaf, unsignedToken } from './unsigned-record.js';

const OTHER = '01890a5d-ac96-774b-bcce-b302099a8059';

let asked: AskedAuditor;
beforeAll(async () => {
  asked = await startAskedAuditor();
});
afterAll(() => asked.close());

const ask = (query: string, token = asked.tokens.console) =>
  asked.get<ShownUndestroyed>(`/v1/undestroyed?${query}`, token);
const record: AskedAuditor['record'] = (...about) => asked.record(...about);

const of = async (member: string): Promise<ShownUndestroyed> => {
  const { body } = await ask(`viewer=federation&member=${member}`);
  expect(body.code).toBeUndefined();
  return body;
};
const held = async (): Promise<ShownUndestroyed['holds']> => (await of('afripol')).holds;

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
  expect(await ask('viewer=federation&member=afripol', asked.tokens.router)).toMatchObject({ status: 403 });
});
