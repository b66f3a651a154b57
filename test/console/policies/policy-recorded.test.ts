import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type {
  ShownRecorded,
  ShownTraffic,
  ShownWhoSees,
} from '../../../services/console/policies/shown-policies.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { type Exchange, NOTICE, startExchange } from '../exchange.js';
import { startConsole } from '../start-console.js';
import { commandLine } from './command-line.js';

/** Answers and command lines take long on a busy machine. */
vi.setConfig({ testTimeout: 240_000 });

const POLICIES = join(projectRoot, 'policies');
const EXPORT = 'europol/export.cedar';
const LIVE = readFileSync(join(POLICIES, EXPORT), 'utf8');
const EDITED = `${LIVE}
@id("eur-export-99")
@reason("all")
forbid (principal, action, resource);
`;
const JTI = `${NOTICE}.1`;
const edited = { path: EXPORT, text: EDITED };

let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange({ policies: POLICIES });
  exchange.site.changeCallers((callers) =>
    callers.map((caller) => ({ ...caller, scopes: ['viewer', 'author'] })),
  );
});
afterAll(() => exchange.close());
afterEach(() => exchange.silence(false));

interface Answer<T> {
  readonly status: number;
  readonly body: T & { readonly code?: string; readonly detail?: string };
}

async function post<T>(what: string, body: unknown, who = 'federation'): Promise<Answer<T>> {
  const { url, tokens } = exchange.site;
  const response = await fetch(`${url}/v1/policies/${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens[who]}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer<T>['body'] };
}

async function choice(who: string): Promise<ShownRecorded> {
  return JSON.parse((await exchange.site.get('/v1/policies/recorded', who)).text) as ShownRecorded;
}

/** As `commandLine`, on the folder with the edit and the home of the exchange. */
const printed = (words: readonly string[], draft?: object) =>
  commandLine(words, {
    edit: edited,
    home: exchange.hub.broker.home.root,
    ...(draft === undefined ? {} : { draft }),
  });

describe('console policies: recorded notices', () => {
  test('are offered to authors of the federation and of their originator, and to no other author', async () => {
    const named = { jti: JTI, originator: 'europol', kind: 'red', at: expect.any(String) };
    expect(await choice('federation')).toEqual({ notices: [named] });
    expect(await choice('europol')).toEqual({ notices: [named] });
    for (const who of ['interpol', 'afripol']) expect((await choice(who)).notices).toEqual([]);
  });

  test('are decided again with the result of `policy diff --traffic`, and those that differ are named', async () => {
    const { status, body } = await post<ShownTraffic>('traffic', edited);
    const { traffic: said } = await printed(['policy', 'diff', POLICIES, 'FOLDER', '--traffic']);
    expect(status).toBe(200);
    expect(body).toMatchObject(said as object);
    expect([body.notices, body.differing, body.tightened > 0]).toEqual([1, 1, true]);
    const [changed] = body.changed;
    expect(changed).toMatchObject({ jti: JTI, originator: 'europol', kind: 'red' });
    const gains = changed?.recipients.flatMap(({ tightened }) => tightened) ?? [];
    expect(gains).toContainEqual({ what: 'receive', name: null });
    expect(gains).toContainEqual({ what: 'disclose', name: 'identity' });
  });

  test('are decided the same by the live text', async () => {
    const { body } = await post<ShownTraffic>('traffic', { ...edited, text: LIVE });
    expect(body).toMatchObject({ notices: 1, loosened: 0, tightened: 0, differing: 0, changed: [] });
  });

  test('are disclosed to the recipients that `policy who-sees` prints for the same header, before and after', async () => {
    const { body } = await post<ShownWhoSees>('who-sees', { ...edited, recorded: JTI, from: 'europol' });
    const red = JSON.parse(readFileSync(join(projectRoot, 'proto/examples/red.json'), 'utf8')) as {
      readonly header: object;
    };
    const draft = { ...red, header: { ...red.header, classification: 'basic' } };
    const rowsOf = async (policies: string) => {
      const words = ['policy', 'who-sees', 'DRAFT', '--from', 'europol', '--policies', policies];
      const rows = (await printed(words, draft))['recipients'] as readonly { readonly org: string }[];
      return rows.filter(({ org }) => ['interpol', 'afripol'].includes(org));
    };
    const [after, before] = await Promise.all([rowsOf('FOLDER'), rowsOf(POLICIES)]);
    expect([body.before, body.after]).toEqual([before, after]);
    expect(body.after).not.toEqual(body.before);
    expect(body.sections).toContain('biometrics');
  });

  test('of another organisation are unknown to an author', async () => {
    const edit = {
      path: 'interpol/import.cedar',
      text: readFileSync(join(POLICIES, 'interpol/import.cedar'), 'utf8'),
    };
    const foreign = await post('who-sees', { ...edit, recorded: JTI, from: 'europol' }, 'interpol');
    const unknown = await post(
      'who-sees',
      { ...edit, recorded: '01890a5d-ac96-774b-bcce-b302099a8059.1', from: 'europol' },
      'interpol',
    );
    expect([foreign.status, foreign.body.code]).toEqual([404, 'not-found']);
    expect(foreign).toEqual(unknown);
    const { body } = await post<ShownTraffic>('traffic', edit, 'interpol');
    expect(body.notices).toBe(0);
  });

  test('of one organisation are decided again for its own author, without the names of rules', async () => {
    const { body } = await post<ShownTraffic>('traffic', edited, 'europol');
    expect(body).toEqual((await post('traffic', edited)).body);
    expect(JSON.stringify(body)).not.toMatch(/-export-|-import-|federation-/);
  });

  test('are named by their `jti`: another name is refused', async () => {
    const { status, body } = await post('who-sees', { ...edited, recorded: '../x', from: 'europol' });
    expect([status, body.code]).toEqual([400, 'id-invalid']);
  });
});

test('console policies: a silent auditor is reported, and questions that do not need it are answered', {
  tags: ['long'],
}, async () => {
  exchange.silence(true);
  for (const answer of [
    await post('traffic', edited),
    await post('who-sees', { ...edited, recorded: JTI, from: 'europol' }),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([503, 'auditor-silent']);
    expect(answer.body.detail).toBe('the auditor does not answer');
  }
  expect((await exchange.site.get('/v1/policies/recorded')).status).toBe(503);
  expect((await post('lint', edited)).status).toBe(200);
});

test('console policies: a home without a token for the auditor is reported, and questions that do not need it are answered', async () => {
  const site = await startConsole({
    broker: exchange.hub.broker,
    auditorUrl: 'http://127.0.0.1:9',
    old: true,
  });
  try {
    site.changeCallers((callers) => callers.map((one) => ({ ...one, scopes: ['viewer', 'author'] })));
    const { status, text } = await site.get('/v1/policies/recorded');
    expect([status, JSON.parse(text).code]).toEqual([503, 'config-invalid']);
    expect((await site.get('/v1/policies')).status).toBe(200);
  } finally {
    await site.close();
  }
});
