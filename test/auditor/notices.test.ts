import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SeenNotices } from '../../services/auditor/notices.js';
import {
  decisionPart,
  denialPart,
  type Hub,
  noticePart,
  type RunningAuditor,
  startHub,
  waitUntil,
} from './hub.js';
import { tokensOf } from './hub-tokens.js';

const idOf = (n: number): string => `01890a5d-ac96-774b-bcce-b302099a80${10 + n}`;
/** Two notices in one record of interpol, one of europol, one more of interpol and its narrowing. */
const [FIRST, SECOND, FOREIGN, LAST] = [1, 2, 3, 4].map(idOf) as [string, string, string, string];

let hub: Hub;
let auditor: RunningAuditor;
let tokens: ReturnType<typeof tokensOf>;

beforeAll(async () => {
  hub = await startHub();
  tokens = tokensOf(hub);
  const excluded = { ...denialPart(['afripol'], FIRST), rules: [], because: 'excluded' } as const;
  const partsOf = (id: string) => [noticePart(1, id), decisionPart('afripol', 'redacted', id)];
  const two = [
    noticePart(1, FIRST),
    decisionPart('europol', 'redacted', FIRST),
    denialPart(['gccpol'], FIRST),
    excluded,
    ...partsOf(SECOND),
  ];
  await hub.publish('interpol', await hub.report('interpol', two));
  await hub.publish('europol', await hub.report('europol', partsOf(FOREIGN)));
  await hub.publish('interpol', await hub.report('interpol', partsOf(LAST)));
  await hub.publish('interpol', await hub.report('interpol', partsOf(LAST), { reason: 'narrowing' }));
  auditor = await hub.audit();
  await waitUntil(() => auditor.heartbeat()?.seq === 4);
});
afterAll(async () => {
  await auditor.stop();
  await hub.close();
});

async function get(query: string, token = tokens.console): Promise<{ status: number; body: SeenNotices }> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${auditor.url}/v1/notices${query}`, { headers });
  return { status: response.status, body: (await response.json()) as SeenNotices };
}

const idsIn = ({ notices }: SeenNotices): readonly string[] =>
  notices.map(({ jti }) => jti.split('.', 1)[0] ?? '');

describe('auditor notices: recorded notices', () => {
  test('are listed for the federation, the newest first and each once', async () => {
    const { status, body } = await get('?viewer=federation');
    expect([status, body.next]).toEqual([200, null]);
    expect(idsIn(body)).toEqual([LAST, FOREIGN, SECOND, FIRST]);
  });

  test('are listed for their originator alone, not for their recipients', async () => {
    expect(idsIn((await get('?viewer=interpol')).body)).toEqual([LAST, SECOND, FIRST]);
    expect(idsIn((await get('?viewer=europol')).body)).toEqual([FOREIGN]);
    expect(idsIn((await get('?viewer=afripol')).body)).toEqual([]);
  });

  test('are found by `jti` only by viewers that may list them', async () => {
    const named = async (viewer: string) => idsIn((await get(`?viewer=${viewer}&jti=${FIRST}.1`)).body);
    expect(await named('interpol')).toEqual([FIRST]);
    expect(await named('federation')).toEqual([FIRST]);
    expect(await named('europol')).toEqual([]);
    expect((await get(`?jti=${FIRST}.1`)).body.notices).toEqual([]);
  });

  test('are not listed without a viewer', async () => {
    expect((await get('')).body).toEqual({ notices: [], next: null });
  });

  test('come with what decided about them: header, section names, and the recipients that rules decided about', async () => {
    const { notices } = (await get(`?viewer=interpol&jti=${FIRST}.1`)).body;
    expect(notices).toEqual([
      {
        jti: `${FIRST}.1`,
        originator: 'interpol',
        at: expect.stringMatching(/^2\d{3}-.*Z$/),
        kind: 'red',
        attributes: { kind: 'red', consents: ['afripol'] },
        sections: ['biometrics', 'identity', 'judicial'],
        recipients: ['europol', 'gccpol'],
      },
    ]);
  });

  test('are at most as many as asked, the newest ones', async () => {
    expect(idsIn((await get('?viewer=federation&limit=3')).body)).toEqual([LAST, FOREIGN, SECOND]);
    expect(idsIn((await get('?viewer=interpol&limit=2')).body)).toEqual([LAST, SECOND]);
  });

  test.each(['federation', 'interpol'])(
    'are listed for %s in pages that start after the last notice of the previous page, even within one record',
    async (viewer) => {
      const found: string[] = [];
      for (let after = ''; ; ) {
        const { body } = await get(`?viewer=${viewer}&limit=1${after}`);
        found.push(...idsIn(body));
        if (body.next === null) break;
        expect(body.next).toBe(body.notices.at(-1)?.jti);
        after = `&after=${body.next}`;
      }
      expect(found).toEqual(idsIn((await get(`?viewer=${viewer}`)).body));
    },
  );

  test('a page after a notice that the viewer may not see is refused like one after an unknown notice', async () => {
    for (const id of [FOREIGN, idOf(9)]) {
      const { status, body } = await get(`?viewer=interpol&after=${id}.1`);
      expect([status, body]).toMatchObject([
        400,
        { code: 'usage', detail: expect.stringContaining('after') },
      ]);
    }
  });

  test.each(['?viewer=Interpol', '?viewer=interpol&jti=x', '?viewer=interpol&limit=0'])(
    'are refused for an invalid query: %s',
    async (query) => {
      expect((await get(query)).status).toBe(400);
    },
  );

  test('are refused to a router and without a token', async () => {
    expect((await get('?viewer=federation', tokens.router)).status).toBe(403);
    expect((await get('?viewer=federation', 'x'.repeat(43))).status).toBe(401);
  });
});
