import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBundle } from '../../services/shared/policy/adopted/bundle.js';
import { packBundle } from '../../services/shared/policy/adopted/packed-bundle.js';
import { shippedPolicies } from '../../services/shared/runtime/root.js';
import { digest } from '../../services/shared/trust/digest.js';
import type { ShownOverheld } from '../../services/shared/wire/shown-overheld.js';
import { attributes, rule } from '../shared/policy/folder.js';
import { type AskedAuditor, startAskedAuditor } from './asked-auditor.js';
import { NOTICE } from './hub.js';
import { unsaltedLeaf, unsignedToken } from './unsigned-record.js';

const ORGS = ['afripol', 'europol', 'interpol'];
const OPEN = 'permit (principal, action, resource);';
const RECEIVE = 'permit (principal, action == Action::"receive", resource);';

const FORBIDS_JUDICIAL =
  'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"judicial" };';

let asked: AskedAuditor;
beforeAll(async () => {
  asked = await startAskedAuditor();
});
afterAll(() => asked.close());

const ask = (query: string, token = asked.tokens.router) =>
  asked.get<ShownOverheld>(`/v1/overheld?${query}`, token);
const record: AskedAuditor['record'] = (...about) => asked.record(...about);

/** Puts policies that permit everything, but for these files, as a router does after it adopted them. */
async function adopt(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const names = ['federation/rules', ...ORGS.flatMap((org) => [`${org}/export`, `${org}/import`])];
  const open = names.map((name): [string, string] => [`${name}.cedar`, rule(OPEN)]);
  const schema = readFileSync(join(shippedPolicies, 'schema.cedarschema'), 'utf8');
  const texts = new Map([['schema.cedarschema', schema], ...open, ...Object.entries(files)]);
  const bundle = createBundle(texts, digest);
  const { status } = await fetch(`${asked.auditor.url}/v1/policies/${bundle.digest}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${asked.tokens.router}`, 'content-type': 'application/gzip' },
    body: Buffer.from(await packBundle(bundle)),
  });
  expect(status).toBe(204);
  return bundle.digest;
}

const jti = `${NOTICE}.7`;
const routed = [
  {
    type: 'notice',
    jti,
    digest: 'sd',
    number: 7,
    exp: 4e9,
    attributes: { ...attributes, originator: 'interpol' },
  },
  { type: 'share', to: 'afripol', jti, digest: 'sd', sections: ['identity', 'judicial'] },
  { type: 'share', to: 'europol', jti, digest: 'sd', sections: ['identity'] },
];
const pairOf = (recipient: string, sections: readonly string[]) => ({
  originator: 'interpol',
  id: NOTICE,
  jti,
  kind: 'red',
  recipient,
  whole: false,
  sections,
});

test('overheld: a question before any policies are adopted is refused as `policies-missing`', async () => {
  expect(await ask('viewer=interpol')).toMatchObject({ status: 503, body: { code: 'policies-missing' } });
});

test('overheld: a tightened rule lists the excess page by page, for the originator and the federation only', async () => {
  await record('routing', routed);
  const open = await adopt();
  expect((await ask('viewer=interpol')).body).toEqual({ bundle: open, pairs: [], next: null });
  const bundle = await adopt({ 'interpol/export.cedar': rule(RECEIVE) });
  const first = [pairOf('afripol', ['identity', 'judicial'])];
  const next = `interpol/${NOTICE}/afripol`;
  expect((await ask('viewer=interpol&limit=1')).body).toEqual({ bundle, pairs: first, next });
  const rest = { bundle, pairs: [pairOf('europol', ['identity'])], next: null };
  expect((await ask(`viewer=interpol&after=${encodeURIComponent(next)}`)).body).toEqual(rest);
  expect((await ask('viewer=afripol')).body.pairs).toEqual([]);
  expect((await ask('viewer=federation')).body.pairs).toHaveLength(2);
});

test('overheld: a narrowing takes away what it does not leave', async () => {
  await record('narrowing', [
    { type: 'share', to: 'afripol', jti, digest: 'sd', sections: ['judicial'] },
    { type: 'unshare', to: 'europol', jti, digest: 'sd' },
  ]);
  expect((await ask('viewer=interpol')).body.pairs).toEqual([pairOf('afripol', ['judicial'])]);
});

test('overheld: policies that permit again make the list empty', async () => {
  await adopt();
  expect((await ask('viewer=interpol')).body.pairs).toEqual([]);
});

test('overheld: an unseal that a narrowing took back permits nothing, and its section counts only if the holder applied it', async () => {
  const id = '01890a5d-ac96-774b-bcce-b302099a8059';
  const [notice] = routed;
  const of = { jti: `${id}.7`, digest: 'sd of another' };
  const statement = unsignedToken({ verb: 'unseal', id });
  const action = digest(statement);
  const share = { type: 'share', to: 'afripol', ...of, sections: [] };
  await record('routing', [{ ...notice, ...of }, share]);
  const leaf = unsaltedLeaf({ to: 'afripol', digest: of.digest, section: 'judicial' });
  await record('routing', [{ type: 'action', digest: action }], {
    actions: [{ statement, leaves: [{ leaf }], disclosures: [] }],
  });
  const held = async () =>
    (await ask('viewer=interpol')).body.pairs.filter((one) => one.id === id).map(({ sections }) => sections);
  const withoutPermit = () => adopt({ 'interpol/export.cedar': rule(RECEIVE) });
  const forbidden = () => adopt({ 'interpol/export.cedar': rule(RECEIVE) + rule(FORBIDS_JUDICIAL) });
  await withoutPermit();
  expect(await held()).toEqual([]);
  await forbidden();
  expect(await held()).toEqual([['judicial']]);
  await record('narrowing', [{ type: 'unact', to: 'afripol', digest: action }]);
  expect(await held()).toEqual([]);
  const actions = [{ digest: action, id, type: 'held', before: null, after: null }];
  const receipt = unsignedToken({ originator: 'interpol', delivery: id, records: [], except: [], actions });
  await record('receipts', [], { org: 'afripol', receipts: [receipt] });
  expect(await held()).toEqual([['judicial']]);
  await withoutPermit();
  expect(await held()).toEqual([['judicial']]);
});

test.each([
  ['', 400, 'usage'],
  ['viewer=nobody!', 400, 'id-invalid'],
  ['viewer=interpol&after=x', 400, 'id-invalid'],
  ['viewer=interpol&limit=0', 400, 'usage'],
])('overheld: a question with `%s` is refused', async (query, status, code) => {
  const answer = await ask(query);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

test('overheld: a token without the scope `overheld:read` is refused', async () => {
  expect(await ask('viewer=interpol', asked.tokens.console)).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  });
});
