import { readFileSync, writeFileSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../../services/shared/kernel/clock.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { signNoticeApproval } from '../../../services/shared/trust/signers/notice-approval.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { Held, PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { follow } from '../follow.js';
import { askingForKey, putInForce, putReleases, releasing } from './craft-requests.js';
import { type Described, describedBy, type Options } from './openapi.js';
import { type Json, startGateway, type Started } from '../start-gateway.js';

const DAY = 86_400_000;
const ORGS = ['europol', 'interpol', 'afripol', 'aseanapol', 'gccpol'];

let hub: TestHub;
let router: TestRouter;
let gateway: Started;
let described: Described;
let interpol: PlayedGateway;

/** Resends and sweeps rarely, so that each state lasts long enough to be read. */
const start = (sweepMs = DAY): Promise<Started> =>
  startGateway(hub.broker, 'europol', { clock: hub.clock, settings: { sweepMs, resendMs: DAY } });

beforeAll(async () => {
  hub = await startHub({ orgs: ORGS });
  const export_ = rule('eur-export-open', 'permit (principal, action, resource);');
  await hub.policy(
    'europol/export.cedar',
    export_.replace('@reason', '@obligation("keep-marking")\n@reason'),
  );
  await hub.policy('afripol/import.cedar', rule('afr-import-no', 'forbid (principal, action, resource);'));
  await hub.policy('interpol/import.cedar', OPEN('ipl-import') + withholding('ipl-import-judicial'));
  await hub.policy('interpol/export.cedar', OPEN('ipl-export') + withholding('ipl-export-judicial'));
  await hub.policy(
    'gccpol/import.cedar',
    rule('gcc-import', 'permit (principal, action == Action::"receive", resource);'),
  );
  gateway = await start();
  described = await describedBy(gateway);
  interpol = await hub.gateway('interpol');
});

afterAll(async () => {
  await gateway?.stop();
  await hub?.close();
});

const withholding = (id: string): string =>
  rule(
    id,
    'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"judicial" };',
  );

const example = JSON.parse(
  readFileSync(new URL('../../../proto/examples/red.json', import.meta.url), 'utf8'),
) as { readonly header: object; readonly sections: object };
const draft = (header: object = {}) => ({ ...example, header: { ...example.header, ...header } });
const SHORT = { reviewAfter: 'P1D', expiresAfter: 'P1D' };

const ask = (route: string, path: string, options: Options = {}) =>
  described.call(route, path, { at: gateway, ...options });

interface Submitted {
  readonly id: string;
  readonly look: () => Promise<Json>;
  readonly become: (state: string) => Promise<Json>;
}

async function submit(header: object = {}): Promise<Submitted> {
  const { status, body } = await ask('POST /v1/notices', '/v1/notices', { body: draft(header) });
  expect(status).toBe(202);
  const look = async () => (await ask('GET /v1/notices/{id}', String(body['href']))).body;
  const become = async (state: string) => {
    await until(`it is ${state}`, async () => (await look())['state'] === state);
    return look();
  };
  return { id: String(body['id']), look, become };
}

const outcomes = ({ recipients }: Json) =>
  Object.fromEntries((recipients as readonly Json[]).map(({ org, outcome }) => [org, outcome]));

/** Rejects the notice as a recipient that finds it expired would. */
async function reject(held: Held): Promise<void> {
  const except = held.parts.map(
    ({ jti }, index) => ({ index, jti, type: 'rejected', code: 'expired' }) as const,
  );
  await interpol.answer(held, { content: { except } });
}

const heldBy = (id: string): Promise<Held> =>
  until('a delivery', () => interpol.held.find(({ parts }) => parts.some(({ jti }) => jti.startsWith(id))));

/** The first event of this name, checked against the document with the headers of its stream. */
async function tellOf(name: string): Promise<void> {
  const token = readSecret(hub.broker.home.org(parseOrgId('europol'), 'token'));
  const listener = await follow(gateway, { token, lastEventId: 0 });
  const { data } = await until(`an event \`${name}\``, () =>
    listener.events.find((one) => one.name === name),
  );
  listener.stop();
  const route = 'GET /v1/inbox/stream';
  described.event(route, name, data);
  const { responses } = described.operations.find((one) => one.route === route)?.operation ?? {};
  for (const header of Object.keys(responses?.['200']?.headers ?? {}))
    expect(listener.headers.has(header), header).toBe(true);
}

describe('gateway http: answers have exactly the shape of the OpenAPI document', () => {
  test('for a notice that waits for the hub, and one that the hub refuses', async () => {
    const { id, look, become } = await submit(SHORT);
    expect(await look()).toMatchObject({ state: 'queued', recipients: [] });
    await ask('GET /readyz', '/readyz');
    hub.clock.move(2 * DAY);
    router = await hub.start();
    await hub.open(router);
    await interpol.listen();
    expect(await become('refused')).toMatchObject({ code: 'expired' });
    await ask('GET /v1/reports', `/v1/reports?ids=${id}`);
  });

  test('for a notice that awaits an approval', async () => {
    const neutralityReview = { reason: 'a mayor is concerned', submittedBy: 'Ada Example' };
    const { id, look } = await submit({ neutralityReview });
    expect(await look()).toMatchObject({ state: 'awaiting-approval', recipients: [] });
    await ask('GET /v1/notices/{id}/approval', `/v1/notices/${id}/approval`);
  });

  test('for a notice that used break-glass', async () => {
    const { id, look, become } = await submit({ breakGlass: 'escape' });
    const { body } = await ask('GET /v1/notices/{id}/approval', `/v1/notices/${id}/approval`);
    const claims = claimsIn(String(body['notice']).split('~', 1)[0] ?? '') as Claims;
    const signer = await readSigner(hub.broker.home.approver(parseOrgId('europol'), 1));
    const approval = await signNoticeApproval(claims, { signer, now: hub.clock() });
    await ask('POST /v1/notices/{id}/approval', `/v1/notices/${id}/approval`, { body: { approval } });
    const breakGlass = { reason: 'escape', approver: 'europol:approver:1', finding: null };
    expect(await look()).toMatchObject({ breakGlass });
    await become('routed');
    const { body: list } = await ask('GET /v1/notices', '/v1/notices?breakGlass=used');
    expect(list).toMatchObject({ items: [{ id, breakGlass }] });
    await ask('GET /v1/reports', `/v1/reports?ids=${id}`);
  });

  test('for notices that are reported, receipted, rejected, parked and deferred', async () => {
    const all = await submit({ addressees: ['interpol', 'afripol', 'aseanapol'], excluded: ['gccpol'] });
    const reported = await all.become('routed');
    expect(outcomes(reported)).toEqual({
      interpol: 'redacted',
      afripol: 'denied',
      aseanapol: 'delivered',
      gccpol: 'denied',
    });
    const stages = (id: string) => ask('GET /v1/notices/{id}/stages', `/v1/notices/${id}/stages`);
    await stages(all.id);
    await interpol.answer(await heldBy(all.id));
    const few = await submit({ addressees: ['interpol'] });
    await reject(await heldBy(few.id));
    expect(outcomes(await few.become('settled'))).toMatchObject({ interpol: 'rejected' });
    const { settlement, own, commit } = gateway.store;
    // The status that the router published itself may arrive late, and replace this one.
    for (const status of ['parked', 'deferred'])
      await until(`it is ${status}`, async () => {
        await commit(() => settlement.status(own.find(all.id)?.seq ?? 0, 'aseanapol', status));
        return outcomes(await all.look())['aseanapol'] === status;
      });
    const { seq = 0, frame } = own.find(all.id) ?? {};
    const dispute = { frame: frame ?? 0, notices: [{ own: seq, type: 'held' }], at: Date.now(), kid: 'k' };
    await commit(() => settlement.disputed({ ...dispute, org: 'aseanapol' }));
    expect(await all.become('disputed')).toMatchObject({
      recipients: expect.arrayContaining([
        expect.objectContaining({ receipt: expect.objectContaining({ verified: false }) }),
      ]),
    });
    await ask('GET /v1/notices', '/v1/notices');
    await ask('GET /v1/notices', '/v1/notices?limit=1');
    await ask('GET /v1/reports', `/v1/reports?ids=${all.id},${few.id}`);
    await ask('GET /v1/shares', '/v1/shares');
    await ask('GET /v1/shares', '/v1/shares?limit=1');
    await ask('GET /v1/notices/{id}/recipients', `/v1/notices/${all.id}/recipients`);
    await stages(few.id);
  });

  test('for a held notice, in the list, on its own and in the stream', async () => {
    await interpol.send(await interpol.frame([await interpol.issue({ header: SHORT })]));
    await interpol.send(await interpol.frame([await interpol.issue()]));
    const list = () => ask('GET /v1/inbox', '/v1/inbox?limit=1');
    await until('both are held', async () => (await list()).body['next'] !== null);
    const [item] = (await list()).body['items'] as readonly [Json];
    expect(item).toMatchObject({ withheld: ['judicial'] });
    await ask('GET /v1/inbox', '/v1/inbox');
    await ask('GET /v1/inbox/status-list', '/v1/inbox/status-list');
    const path = `/v1/inbox/interpol/${String(item['id'])}`;
    await ask('GET /v1/inbox/{originator}/{id}', path);
    await ask('GET /v1/inbox/{originator}/{id}/life', `${path}/life`);
    await tellOf('notice');
  });

  test('for a preview that the hub answers', async () => {
    const body = draft({ addressees: ['interpol', 'afripol', 'gccpol'], excluded: ['aseanapol'] });
    const { body: answer } = await ask('POST /v1/preview', '/v1/preview', { body });
    expect(outcomes(answer)).toMatchObject({ interpol: 'redacted', afripol: 'denied', gccpol: 'redacted' });
    const all = (await ask('POST /v1/preview', '/v1/preview', { body: draft() })).body;
    expect(outcomes(all)).toMatchObject({ aseanapol: 'delivered' });
  });

  test('for key requests that wait, are recorded and are refused', async () => {
    const send = async () =>
      (await ask('POST /v1/key-requests', '/v1/key-requests', { body: await askingForKey(hub) })).body;
    const becomes = ({ digest }: Json, state: string) =>
      until(`it is ${state}`, async () => {
        const path = `/v1/key-requests/${String(digest)}`;
        return (await ask('GET /v1/key-requests/{digest}', path)).body['state'] === state;
      });
    const first = await send();
    expect(first).toMatchObject({ state: 'queued' });
    await becomes(first, 'recorded');
    // Another one for the same key, while the first waits for the next directory.
    await becomes(await send(), 'refused');
  });

  test('for policy releases in every state', async () => {
    const statement = await putReleases(router.store, parseOrgId('europol'));
    const path = '/v1/policies/releases';
    const list = async (query = '') => (await ask(`GET ${path}`, `${path}${query}`)).body;
    expect((await list())['releases']).toHaveLength(4);
    await list(`?statement=${statement}`);
    await ask(`POST ${path}`, path, { body: await releasing(hub) });
    // The hub of this test takes its policies from a folder.
    await until('the refusal', async () => JSON.stringify(await list()).includes('"code":"not-yet"'));
  });

  test('for the policies in force', async () => {
    await router.stop();
    router = await hub.start({ takesReleases: true });
    await hub.open(router);
    await putInForce(router.store, hub);
    const path = '/v1/policies/in-force';
    expect((await ask(`GET ${path}`, path)).status).toBe(200);
  });

  test('for a notice that has ended', async () => {
    const { become } = await submit(SHORT);
    await become('routed');
    hub.clock.move(2 * DAY);
    await gateway.stop();
    gateway = await start(50);
    expect(await become('ended')).toMatchObject({ header: null });
    await ask('GET /v1/notices', '/v1/notices');
    await tellOf('ended');
  });

  test('for a notice that was lost in a restore', async () => {
    const id = uuidv7();
    const { lost, commit } = gateway.store;
    const exp = seconds(hub.clock()) + 86_400;
    await commit(() => lost.add({ id, number: 1, kind: 'red', exp, recipients: ['afripol'] }));
    const { body } = await ask('GET /v1/notices/{id}', `/v1/notices/${id}`);
    expect(body).toMatchObject({ state: 'lost', lostRecipients: ['afripol'] });
    await ask('GET /v1/notices', '/v1/notices?state=lost');
    await ask('GET /v1/reports', `/v1/reports?ids=${id}`);
  });

  test('for an amended notice with a restriction, to members that are suspended, are leaving and have left', async () => {
    const others = ['interpol', 'aseanapol', 'gccpol'];
    const { id, become } = await submit({ addressees: others });
    await become('routed');
    const path = `/v1/notices/${id}`;
    const restriction = { reason: 'by-originator', holders: [{ org: 'aseanapol', sections: ['narrative'] }] };
    await ask('POST /v1/notices/{id}/restrict', `${path}/restrict`, { body: restriction });
    const body = draft({ addressees: others });
    const amended = await ask('POST /v1/notices/{id}/revisions', `${path}/revisions`, { body });
    expect(amended.body).toMatchObject({ restrictions: [{ org: 'aseanapol', sections: ['narrative'] }] });
    // The hub previews by its records.
    await until('the restriction in a preview', async () => {
      const { body: before } = await ask('POST /v1/preview', `/v1/preview?notice=${id}`, { body });
      return JSON.stringify(before).includes('"because":"restricted"');
    });
    const ago = (ms: number): string => `${new Date(hub.clock().getTime() - ms).toISOString().slice(0, 19)}Z`;
    const ends: Readonly<Record<string, object>> = {
      interpol: { suspendedAt: ago(DAY) },
      aseanapol: { leavingAt: ago(DAY) },
      gccpol: { leavingAt: ago(2 * DAY), leftAt: ago(DAY) },
    };
    await hub.amend(({ organisations, ...source }) => ({
      ...source,
      organisations: Object.fromEntries(
        Object.entries(organisations).map(([org, one]) => [org, { ...one, ...ends[org] }]),
      ),
    }));
    const states = async () => (await ask('GET /v1/members', '/v1/members')).body['items'] as readonly Json[];
    await until('the states', async () => (await states()).some(({ state }) => state === 'left'));
    expect(new Set((await states()).map(({ state }) => state))).toEqual(
      new Set(['member', 'suspended', 'leaving', 'left']),
    );
    await until('the recipients of the amended notice, with their membership', async () =>
      JSON.stringify((await ask('GET /v1/notices/{id}', path)).body).includes('"membership"'),
    );
    await ask('POST /v1/preview', '/v1/preview', { body });
  });

  test('for health and readiness', async () => {
    await ask('GET /healthz', '/healthz');
    await until('it is ready', async () => (await ask('GET /readyz', '/readyz')).status === 200);
    const well = readFileSync(hub.broker.home.directory);
    writeFileSync(hub.broker.home.directory, 'none');
    const alarmed = async (): Promise<boolean> =>
      JSON.stringify((await ask('GET /readyz', '/readyz')).body['alarms']).includes('directory-not-used');
    await until('an alarm', alarmed);
    writeFileSync(hub.broker.home.directory, well);
    await until('its end', async () => !(await alarmed()));
  });

  test('and contain, all together, every property and state of the document', () => {
    // Reasons, receipt types, layers, actions, changes of held notices and excess have tests beside the code
    // that makes them.
    const elsewhere =
      /(?:because|receipt\.type|layer): |^stage\.(?:stage: acted|verb)|^held(?:Action\.|Change\.|Event\.|Life\.\w+: )|^(?:actions?|answered-actions?|own-life|requests?|overdue|overheld-page)\.|^recipient(?:s\.recipients\.actions\.|-word\.type: )/;
    expect(described.unseen().filter((place) => !elsewhere.test(place))).toEqual([]);
  });
});
