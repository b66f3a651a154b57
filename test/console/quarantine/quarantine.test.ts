import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../../services/shared/kernel/clock.js';
import { createSimulatedList } from '../../../services/shared/runtime/simulated-list.js';
import { generateKey, importSigner, readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { type PlayedOperator, playOperator } from '../../support/played-operator.js';
import { until } from '../../support/until.js';
import { type LateFrame, lateFrame } from '../../router/receipts/late-key.js';
import { type RunningConsole, startConsole } from '../start-console.js';

let hub: TestHub;
let router: TestRouter;
let site: RunningConsole;
let operator: PlayedOperator;
let late: LateFrame;
let second: LateFrame;
let others: LateFrame;

const OPERATOR = ['viewer', 'operator'];
const UNKNOWN = '0'.repeat(64);
type Json = Readonly<Record<string, unknown>>;

beforeAll(async () => {
  hub = await startHub();
  router = await hub.start();
  await hub.open(router);
  const [europol, afripol] = await Promise.all([hub.gateway('europol'), hub.gateway('afripol')]);
  operator = await playOperator(hub);
  [late, second] = [await lateFrame(hub, europol, 2), await lateFrame(hub, europol, 3)];
  others = await lateFrame(hub, afripol, 2);
  site = await startConsole({ broker: hub.broker, auditorUrl: hub.auditor.url() });
  callersAre({ federation: OPERATOR, afripol: OPERATOR });
  for (const [gateway, frame] of [
    [europol, late],
    [europol, second],
    [afripol, others],
  ] as const) {
    await gateway.send(frame);
    await until('its entry', async () => (await entries(`entry=${frame.entry}`)).length === 1);
  }
});
afterAll(async () => {
  await site.close();
  await hub.close();
});

const callersAre = (roles: Readonly<Record<string, readonly string[]>>): void =>
  site.changeCallers((callers) =>
    callers.map((caller) => ({ ...caller, scopes: roles[caller.name] ?? ['viewer'] })),
  );
const entries = async (query: string, who?: string): Promise<readonly Json[]> => {
  const { text } = await site.get(`/v1/quarantine?${query}`, who);
  return (JSON.parse(text) as { readonly entries: readonly Json[] }).entries;
};
const names = async (query: string, who?: string): Promise<readonly unknown[]> =>
  (await entries(query, who)).map(({ entry }) => entry);
const answer = async (path: string, who?: string): Promise<readonly [number, string]> => {
  const { status, text } = await site.get(path, who);
  return [status, text];
};

interface Posting {
  readonly who?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(
  body: unknown,
  { who = 'federation', headers = {} }: Posting = {},
): Promise<readonly [number, Json]> {
  const authorization = `Bearer ${site.tokens[who]}`;
  const response = await fetch(`${site.url}/v1/commands`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return [response.status, (await response.json()) as Json];
}

async function ended(id: string): Promise<Json> {
  let found: Json = {};
  await until('the outcome', async () => {
    const { status, text } = await site.get(`/v1/commands/${id}`);
    found = JSON.parse(text) as Json;
    return status === 200 && found['outcome'] !== 'accepted';
  });
  return found;
}

const turnedAway = (): readonly unknown[] =>
  hub.events.filter((event) => event.event === 'security' && event['what'] === 'command');

describe('console quarantine', () => {
  test('shows the federation all entries, newest first, by organisation, state, reason and first digits', async () => {
    expect(await names('')).toEqual([others, second, late].map(({ entry }) => entry));
    expect(await names('org=afripol')).toEqual([others.entry]);
    expect(await names('reason=key-unknown&org=europol')).toEqual([second.entry, late.entry]);
    expect(await names('reason=expired')).toEqual([]);
    expect(await names('state=closed')).toEqual([]);
    expect(await names(`entry=${late.entry.slice(0, 12)}`)).toEqual([late.entry]);
  });

  test('is shown page by page', async () => {
    const first = JSON.parse((await site.get('/v1/quarantine?limit=2')).text);
    expect(first.entries).toHaveLength(2);
    expect(await names(`limit=2&after=${first.next}`)).toEqual([late.entry]);
  });

  test('shows the record of an entry, and none of its bytes', async () => {
    const { text } = await site.get(`/v1/quarantine/europol/${late.entry}`);
    const { entry, commands, ...about } = JSON.parse(text) as Json;
    expect(Object.keys(about).toSorted()).toEqual(
      ['org', 'what', 'reason', 'size', 'subject', 'at', 'state', 'closedAt', 'record'].toSorted(),
    );
    expect([entry, commands]).toEqual([late.entry, []]);
  });

  test('marks an entry that the simulator of this home sent, and no other', async () => {
    createSimulatedList(hub.broker.home.simulated).add([late.entry]);
    const marks = (await entries('')).map(({ entry, simulated }) => [entry, simulated]);
    rmSync(hub.broker.home.simulated);
    expect(marks).toEqual(
      [others, second, late].map(({ entry }) => [entry, entry === late.entry || undefined]),
    );
  });

  test('shows an organisation its own entries, without record numbers, which count those of others too', async () => {
    expect(await names('', 'afripol')).toEqual([others.entry]);
    expect(Object.keys((await entries('', 'afripol'))[0] ?? {})).not.toContain('record');
  });

  test('answers an organisation about another’s entry or a command exactly as about an unknown one', async () => {
    const { id, token } = await operator.sign({ verb: 'dry-run', entry: late.entry });
    expect((await send({ token }))[0]).toBe(202);
    await ended(id);
    expect(await answer(`/v1/quarantine/europol/${late.entry}`, 'afripol')).toEqual(
      await answer(`/v1/quarantine/afripol/${UNKNOWN}`, 'afripol'),
    );
    expect(await answer('/v1/quarantine?org=europol', 'afripol')).toEqual(
      await answer('/v1/quarantine?org=nobody', 'afripol'),
    );
    const unknown = await answer(`/v1/commands/${uuidv7()}`, 'afripol');
    expect(unknown[0]).toBe(404);
    expect(await answer(`/v1/commands/${id}`, 'afripol')).toEqual(unknown);
    expect(await answer(`/v1/commands/${id}`, 'europol')).toEqual(unknown);
    const own = JSON.parse((await site.get(`/v1/quarantine/europol/${late.entry}`, 'europol')).text) as Json;
    expect(own['commands']).toEqual([]);
  });

  test.each(['viewer=federation', 'org=afripol&org=europol', 'reason=A', 'state=any'])(
    'refuses `%s`: the session decides who the viewer is, not the browser',
    async (query) => {
      const [status, text] = await answer(`/v1/quarantine?${query}`, 'afripol');
      expect([status, JSON.parse(text).code]).toEqual([400, 'usage']);
    },
  );

  test('requires a session', async () => {
    for (const path of ['quarantine', `quarantine/europol/${UNKNOWN}`, `commands/${uuidv7()}`, 'operators'])
      expect((await site.get(`/v1/${path}`, 'x'.repeat(43))).status).toBe(401);
  });
});

describe('console relay', () => {
  test('relays a signed command, and the ledger has its outcome for each notice', async () => {
    await late.list();
    const { id, token } = await operator.sign({ verb: 'dry-run', entry: late.entry });
    expect(await send({ token }, { headers: { origin: site.url } })).toEqual([
      202,
      { id, verb: 'dry-run', person: 'demonstration operator' },
    ]);
    const command = await ended(id);
    expect(command).toMatchObject({ verb: 'dry-run', outcome: 'would-route', entry: late.entry });
    expect(command['results']).toMatchObject([
      { delivered: ['interpol', 'afripol'], redacted: [], denied: [] },
    ]);
  });

  interface Parts {
    readonly good: string;
    readonly claims: Json;
    readonly sign: (claims: Json, signer?: Signer) => Promise<string>;
  }

  test.each<readonly [string, string, (parts: Parts) => string | Promise<string>]>([
    ['no token', 'token-malformed', () => 'x'],
    [
      'the signature of another command',
      'signature-invalid',
      async ({ good, claims, sign }) => {
        const [, , signature] = (await sign({ ...claims, jti: uuidv7() })).split('.');
        return [...good.split('.').slice(0, 2), signature].join('.');
      },
    ],
    ['another federation', 'audience-mismatch', ({ sign, claims }) => sign({ ...claims, aud: 'other' })],
    [
      'an expired command',
      'expired',
      ({ sign, claims }) => sign({ ...claims, iat: seconds(new Date()) - 90, exp: seconds(new Date()) - 30 }),
    ],
    [
      'a validity of more than two minutes',
      'token-malformed',
      ({ sign, claims }) => sign({ ...claims, exp: Number(claims['iat']) + 121 }),
    ],
    ['an unknown verb', 'token-malformed', ({ sign, claims }) => sign({ ...claims, verb: 'release' })],
    ['a note beside `replay`', 'token-malformed', ({ sign, claims }) => sign({ ...claims, note: 'why' })],
    [
      '`discard` without a note',
      'token-malformed',
      ({ sign, claims }) => sign({ ...claims, verb: 'discard' }),
    ],
    ['nobody’s entry', 'organisation-unknown', ({ sign, claims }) => sign({ ...claims, org: 'nobody' })],
    [
      'a key that is not an operator key',
      'key-invalid',
      async ({ sign, claims }) => sign(claims, await readSigner(hub.broker.home.hub('router', 'hub.jwk'))),
    ],
    [
      'a key that the directory does not list',
      'key-unknown',
      async ({ sign, claims }) => sign(claims, await importSigner(await generateKey('hub:operator:9'))),
    ],
  ])('refuses %s at once with its code, and sends nothing to the broker', async (_law, code, make) => {
    const sign: Parts['sign'] = (claims, signer = operator.key) => signJws('command+jws', claims, signer);
    const iat = seconds(new Date());
    const times = { iss: 'hub', iat, exp: iat + 60, aud: 'demo' };
    const claims = { ...times, jti: uuidv7(), verb: 'replay', org: 'europol', entry: UNKNOWN };
    const before = turnedAway().length;
    const [status, body] = await send({ token: await make({ sign, claims, good: await sign(claims) }) });
    expect([status, body['code']]).toEqual([code === 'organisation-unknown' ? 422 : 400, code]);
    // A later message of the same queue has arrived, so nothing was sent before it.
    const { id, token } = await operator.sign({ verb: 'dry-run', entry: second.entry });
    await send({ token });
    await ended(id);
    expect(turnedAway().length).toBe(before);
  });

  test('refuses a body with anything beside the signed token', async () => {
    const { token } = await operator.sign({ verb: 'dry-run', entry: second.entry });
    for (const body of [{ token, verb: 'discard' }, { token: 12 }, {}, null]) {
      const [status, { code }] = await send(body);
      expect([body, status, code]).toEqual([body, 400, 'usage']);
    }
    const [status, { code }] = await send({ token: 'x'.repeat(5_000) });
    expect([status, code]).toEqual([400, 'usage']);
  });

  test('refuses requests from a page of another site, or of another port of this host', async () => {
    const { token } = await operator.sign({ verb: 'dry-run', entry: second.entry });
    for (const origin of ['http://127.0.0.1:1', 'https://example.org', 'null']) {
      const [status, { code }] = await send({ token }, { headers: { origin } });
      expect([origin, status, code]).toEqual([origin, 403, 'forbidden']);
    }
    const [status, { code }] = await send({ token }, { headers: { 'content-type': 'text/plain' } });
    expect([status, code]).toEqual([415, 'media-type-unsupported']);
  });

  test('relays a used command, which the router refuses; it is on the ledger once', async () => {
    const { id, token } = await operator.sign({ verb: 'dry-run', entry: second.entry });
    await send({ token });
    await ended(id);
    expect((await send({ token }))[0]).toBe(202);
    await operator.turnedAway('command-used');
    const records = await operator.records();
    expect(records.filter(({ part }) => part.command === id)).toHaveLength(1);
  });

  test('refuses viewers who are not operators of the federation, and shows them no keys', async () => {
    const { token } = await operator.sign({ verb: 'dry-run', entry: others.entry, org: 'afripol' });
    callersAre({ federation: ['viewer', 'author'], afripol: OPERATOR });
    for (const who of ['federation', 'afripol', 'europol']) {
      const [status, { code }] = await send({ token }, { who });
      expect([who, status, code]).toEqual([who, 403, 'forbidden']);
      expect((await site.get('/v1/operators', who)).status).toBe(403);
    }
    callersAre({ federation: OPERATOR });
    const keys = JSON.parse((await site.get('/v1/operators')).text) as readonly Json[];
    expect(keys).toMatchObject([{ kid: 'hub:operator:1', person: 'demonstration operator', state: 'good' }]);
  });

  test('reports that the broker is away and sends nothing later; once it is back it relays again', async () => {
    await hub.broker.stop('SIGKILL');
    await until('the loss', async () => (await site.get('/readyz')).status === 503);
    const lost = await operator.sign({ verb: 'dry-run', entry: second.entry });
    await until(
      'the relay to know',
      async () => (await send({ token: lost.token }))[1]['code'] === 'unreachable',
    );
    expect((await send({ token: lost.token }))[0]).toBe(503);
    await hub.broker.start();
    await until('the broker', async () => {
      const { id, token } = await operator.sign({ verb: 'dry-run', entry: second.entry });
      if ((await send({ token }))[0] !== 202) return false;
      return (await ended(id))['outcome'] === 'would-refuse';
    });
  });

  test('reports an auditor that is silent or refuses the console, and works once it is back', async () => {
    const url = hub.auditor.url();
    await hub.auditor.stop();
    for (const path of ['quarantine', `commands/${uuidv7()}`]) {
      const [status, text] = await answer(`/v1/${path}`);
      expect([status, JSON.parse(text).code]).toEqual([503, 'auditor-silent']);
    }
    await hub.auditor.start(Number(new URL(url).port));
    expect((await site.get('/v1/quarantine')).status).toBe(200);
    const file = hub.broker.home.hub('console', 'auditor.token');
    const kept = readFileSync(file, 'utf8');
    writeFileSync(file, 'x'.repeat(43));
    const [status, text] = await answer('/v1/quarantine');
    expect([status, JSON.parse(text).code]).toEqual([503, 'config-invalid']);
    writeFileSync(file, kept);
    expect((await site.get('/v1/quarantine')).status).toBe(200);
  });
});

describe('console relay: a home of an earlier release', () => {
  test('is reported with the fix, and the console shows everything else', async () => {
    const old = await startConsole({ old: true });
    old.changeCallers((callers) => callers.map((caller) => ({ ...caller, scopes: OPERATOR })));
    const { status, text } = await old.get('/v1/quarantine');
    expect([status, JSON.parse(text).code]).toEqual([503, 'config-invalid']);
    expect(text).toContain('init --demo --force');
    const signer = await readSigner(old.broker.home.operatorKey);
    const iat = seconds(new Date());
    const claims = { iss: 'hub', iat, exp: iat + 60, aud: 'demo', jti: uuidv7() };
    const about = { verb: 'replay', org: 'europol', entry: UNKNOWN };
    const response = await fetch(`${old.url}/v1/commands`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${old.tokens['federation']}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ token: await signJws('command+jws', { ...claims, ...about }, signer) }),
    });
    expect([response.status, await response.json()]).toMatchObject([503, { code: 'config-invalid' }]);
    expect((await old.get('/v1/flow')).status).toBe(200);
    await old.close();
  });
});
