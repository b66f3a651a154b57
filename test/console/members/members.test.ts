import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ListedMembers, OpenedMember } from '../../../services/console/members/shown-members.js';
import { until } from '../../support/until.js';
import { type PlayedRouter, playRouter } from '../played-router.js';
import { type RunningConsole, startConsole } from '../start-console.js';

let site: RunningConsole;
let routers: readonly PlayedRouter[];
beforeAll(async () => {
  routers = await Promise.all([playRouter(), playRouter()]);
  site = await startConsole({ routerUrls: routers.map(({ url }) => url) });
});
afterAll(async () => {
  await site.close();
  for (const { close } of routers) close();
});

const list = async (): Promise<ListedMembers> =>
  JSON.parse((await site.get('/v1/members')).text) as ListedMembers;
const memberIn = ({ members }: ListedMembers, id: string) => members.find((one) => one.id === id);
const refusalOf = async (path: string, who: string) => {
  const { status, text } = await site.get(path, who);
  return [status, (JSON.parse(text) as { code: string }).code];
};
const release = { version: 3, digest: 'release', adoptedAt: '2026-05-01T00:00:00.000Z' };
const asked = { use: 'policy', revokes: null, since: '2026-05-02T00:00:00.000Z' };

test('console members: a viewer of the federation sees every member with its rules, its key requests at all routers and its last contact', async () => {
  const rules = { policies: { import: 'digest' }, release };
  routers[0]?.know({ europol: { ...rules, keyRequests: [asked] } });
  routers[1]?.know({ europol: { ...rules, keyRequests: [{ ...asked, use: 'notice' }] } });
  site.say('status.received.interpol.europol.red', { event: 'received' });
  await site.heard();
  const found = await until('the routers', async () => {
    const listed = await list();
    return memberIn(listed, 'europol')?.release === null ? undefined : listed;
  });
  expect(found).toMatchObject({ version: 1, contract: 1 });
  expect(found.members.map(({ id }) => id)).toEqual(site.broker.orgs);
  expect(memberIn(found, 'europol')).toMatchObject({
    ...rules,
    state: 'member',
    contract: 1,
    lastContact: expect.any(String),
    keyRequests: [asked, { ...asked, use: 'notice' }],
  });
  expect(memberIn(found, 'afripol')).toMatchObject({ lastContact: null, policies: null, release: null });
});

test('console members: one member is shown with the keys that the directory lists, those of others are not', async () => {
  const member = JSON.parse((await site.get('/v1/members/europol')).text) as OpenedMember;
  expect(member.keys.map(({ kid }) => kid)).toContain('europol:notice:1');
  expect(member.keys.every(({ owner, state }) => owner === 'europol' && state === 'in force')).toBe(true);
  expect(member.uses.map(({ state }) => state)).toContain('good');
});

test('console members: viewers of one organisation and callers without a token are refused, also at a member that does not exist', async () => {
  for (const path of ['/v1/members', '/v1/members/europol', '/v1/members/unknown']) {
    for (const org of site.broker.orgs) expect(await refusalOf(path, org)).toEqual([403, 'forbidden']);
    expect(await refusalOf(path, 'x'.repeat(43))).toEqual([401, 'unauthorised']);
  }
  expect(await refusalOf('/v1/members/unknown', 'federation')).toEqual([404, 'not-found']);
  expect(await refusalOf('/v1/members/EUROPOL', 'federation')).toEqual([400, 'id-invalid']);
});

test('console members: while no router answers as a router does, the directory is shown and the rest is unknown', async () => {
  for (const router of routers) router.know({ europol: { policies: {}, release } } as never);
  const unknown = { policies: null, release: null, keyRequests: null };
  await until('the change', async () => memberIn(await list(), 'europol')?.release === null);
  expect(memberIn(await list(), 'europol')).toMatchObject({ ...unknown, state: 'member' });
});
