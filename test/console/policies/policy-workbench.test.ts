import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { type RunningConsole, startConsole } from '../start-console.js';
import { commandLine } from './command-line.js';

/** Answers and command lines take long on a busy machine. */
vi.setConfig({ testTimeout: 240_000 });

const POLICIES = join(projectRoot, 'policies');
const EXPORT = 'europol/export.cedar';
/** The condition of the first rule in the file: an agreement. */
const LOOSENED = 'when { principal.agreements.contains(OrgId::"europol") }';
const live = (path: string): string => readFileSync(join(POLICIES, path), 'utf8');

let site: RunningConsole;
beforeAll(async () => {
  site = await startConsole();
  site.changeCallers((callers) =>
    callers.map((caller) =>
      caller.name === 'afripol' ? caller : { ...caller, scopes: ['viewer', 'author'] },
    ),
  );
});
afterAll(() => site.close());

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** Asks again when the console took too long: it computes at a low priority, so that other tests delay it. */
async function post(what: string, body: unknown, who = 'federation'): Promise<Answer> {
  for (;;) {
    const answer = await postOnce(what, body, who);
    if (answer.body['code'] !== 'timed-out') return answer;
  }
}

async function postOnce(what: string, body: unknown, who: string): Promise<Answer> {
  const response = await fetch(`${site.url}/v1/policies/${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${site.tokens[who]}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answered = (await response.json()) as Answer['body'];
  return { status: response.status, body: answered, headers: response.headers };
}

const mistake = { path: EXPORT, text: live(EXPORT).replace('resource.kind', 'resource.kidn') };

describe('console policies: a viewer who is not an author', () => {
  test.each(['/v1/policies', `/v1/policies/file?path=${EXPORT}`])('is refused %s', async (path) => {
    expect((await site.get(path, 'afripol')).status).toBe(403);
    expect((await site.get(path, 'x'.repeat(43))).status).toBe(401);
  });

  test.each(['lint', 'cases', 'who-sees', 'diff', 'map', 'vocabulary'])(
    'is refused an answer to %s',
    async (what) => {
      expect((await post(what, mistake, 'afripol')).status).toBe(403);
    },
  );
});

describe('console policies: an author', () => {
  test('of the federation opens every file of rules, one of an organisation only its own', async () => {
    const filesOf = async (who: string) => JSON.parse((await site.get('/v1/policies', who)).text).files;
    expect(await filesOf('europol')).toEqual(['europol/export.cedar', 'europol/import.cedar']);
    expect(await filesOf('federation')).toEqual(
      expect.arrayContaining(['federation/rules.cedar', 'interpol/import.cedar', EXPORT]),
    );
  });

  test('gets the words of schema and directory to complete, with the obligations of rules that it may see', async () => {
    const ask = async (who: string) => (await post('vocabulary', { path: EXPORT, text: '' }, who)).body;
    const [own, all] = [await ask('europol'), await ask('federation')];
    expect(own['words']).toMatchObject({ OrgId: expect.arrayContaining(['gccpol']) });
    const obligationIn = (path: string): string => /@obligation\("([^"]+)"\)/.exec(live(path))?.[1] ?? '';
    const [mine, theirs] = [obligationIn('europol/import.cedar'), obligationIn('afripol/export.cedar')];
    expect([mine, theirs]).not.toContain('');
    expect(own['obligations']).toContain(mine);
    expect(own['obligations']).not.toContain(theirs);
    expect(all['obligations']).toEqual(expect.arrayContaining([mine, theirs]));
  });

  test('gets the exact live text', async () => {
    const { text } = await site.get(`/v1/policies/file?path=${EXPORT}`, 'europol');
    expect(JSON.parse(text)).toEqual({ path: EXPORT, text: live(EXPORT) });
  });

  test.each([
    'interpol/export.cedar',
    'europol/cases.yaml',
    '../package.json',
    'europol/../europol/export.cedar',
    '',
  ])('of an organisation gets no other file: %j', async (path) => {
    const { status } = await site.get(`/v1/policies/file?path=${encodeURIComponent(path)}`, 'europol');
    expect(status).toBe(404);
    expect((await post('lint', { path, text: 'x' }, 'europol')).status).toBe(404);
  });
});

describe('console policies: an edited text', () => {
  test('is checked as `policy check` checks the folder with it', { tags: ['long'] }, async () => {
    const [{ status, body }, printed] = await Promise.all([
      post('lint', mistake),
      commandLine(['policy', 'check', 'FOLDER'], { edit: mistake }),
    ]);
    expect(status).toBe(200);
    expect(body['findings']).toEqual(printed['findings']);
    expect(body['findings']).toContainEqual(
      expect.objectContaining({ path: EXPORT, message: expect.stringContaining('did you mean') }),
    );
  });

  test('is never written into the live folder', { tags: ['long'] }, async () => {
    const before = readdirSync(join(POLICIES, 'europol')).map((name) => live(`europol/${name}`));
    await post('lint', mistake);
    expect(readdirSync(join(POLICIES, 'europol')).map((name) => live(`europol/${name}`))).toEqual(before);
  });

  const HEAD = '@id("a") @reason("b") permit(principal, action, resource) when { ';
  test.each([
    ['nothing', ''],
    ['NUL', `${live(EXPORT)}\0`],
    ['brackets without end', '('.repeat(50_000)],
    ['deep brackets', `${HEAD}${'('.repeat(20_000)}true${')'.repeat(20_000)} };`],
    ['300 nested brackets', `${HEAD}${'('.repeat(300)}true${')'.repeat(300)} };`],
    ['a long chain', `${HEAD}${'true && '.repeat(20_000)}true };`],
    ['no rules at all', '\ud800 <script>alert(1)</script>'],
  ])('of %s is answered with its place', { tags: ['long'] }, async (_, text) => {
    const { status, body } = await post('lint', { path: EXPORT, text });
    expect(status).toBe(200);
    expect(body['findings']).toContainEqual(
      expect.objectContaining({ path: EXPORT, severity: 'error', line: expect.any(Number) }),
    );
  });

  test('is answered as before after all of these', { tags: ['long'] }, async () => {
    const { status, body } = await post('lint', mistake);
    expect(status).toBe(200);
    expect(body['findings']).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('did you mean') }),
    );
  });

  test('of a megabyte is refused with its place', async () => {
    const { status, body } = await post('lint', { path: EXPORT, text: 'x'.repeat(1_000_000) });
    expect([status, body['code']]).toEqual([413, 'oversize']);
    expect(body['detail']).toContain(`${EXPORT}:1:1`);
  });

  test.each([{}, { path: EXPORT }, { path: EXPORT, text: 1 }, [], null])(
    'must be text, not %j',
    async (body) => {
      expect((await post('lint', body)).status).toBe(400);
    },
  );
});

test('console policies: an author who asks again before the answer gets `rate-limited`, and others do not', async () => {
  const both = [post('lint', mistake), post('lint', mistake)];
  const refused = await Promise.race(both);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
  const other = await post('lint', { path: EXPORT, text: live(EXPORT) }, 'europol');
  expect(other.status).toBe(200);
  expect((await Promise.all(both)).map(({ status }) => status).toSorted()).toEqual([200, 429]);
});

describe('console policies: the effect of a text', () => {
  const loose = { path: EXPORT, text: live(EXPORT).replace(LOOSENED, 'when { true }') };

  test('on the cases equals the result of `policy test`', { tags: ['long'] }, async () => {
    const [{ body }, said] = await Promise.all([
      post('cases', loose),
      commandLine(['policy', 'test', '--policies', 'FOLDER'], { edit: loose }),
    ]);
    const cases = body['cases'] as readonly { name: string; failures: readonly unknown[] }[];
    const failed = cases.filter(({ failures }) => failures.length > 0).map(({ name }) => name);
    const files = said['files'] as readonly {
      file: string;
      cases: readonly { name: string; holds: boolean }[];
    }[];
    const own = files.find(({ file }) => file === 'europol/cases.yaml')?.cases ?? [];
    expect(failed).toEqual(own.filter(({ holds }) => !holds).map(({ name }) => name));
    expect([cases.length, failed.length > 0]).toEqual([own.length, true]);
  });

  test('on who sees an example equals the result of `policy who-sees`, before and after', {
    tags: ['long'],
  }, async () => {
    const example = join(projectRoot, 'proto/examples/red.json');
    const words = ['policy', 'who-sees', example, '--from', 'europol', '--policies', 'FOLDER'];
    const [{ body }, after, before] = await Promise.all([
      post('who-sees', { ...loose, example: 'red', from: 'europol' }),
      commandLine(words, { edit: loose }),
      commandLine(words, { edit: { ...loose, text: live(EXPORT) } }),
    ]);
    expect([body['before'], body['after']]).toEqual([before['recipients'], after['recipients']]);
    expect(body['after']).not.toEqual(body['before']);
  });

  test('compared with the live text equals the result of `policy diff`', { tags: ['long'] }, async () => {
    const [{ body }, { floor, ...told }] = await Promise.all([
      post('diff', loose),
      commandLine(['policy', 'diff', POLICIES, 'FOLDER'], { edit: loose }),
    ]);
    // The time of the check differs.
    expect(body).toEqual({ ...told, floor: { ...Object(floor), millis: expect.any(Number) } });
    expect(body['loosened']).not.toEqual([]);
  });

  test('on the exchange equals the result of `policy map`, for the live and the edited rules', {
    tags: ['long'],
  }, async () => {
    const [{ body }, printed] = await Promise.all([
      post('map', { ...loose, of: 'edited' }),
      commandLine(['policy', 'map', '--policies', 'FOLDER'], { edit: loose }),
    ]);
    expect(body['cells']).toEqual(printed['cells']);
    expect((await post('map', { ...loose, of: 'live' })).body['cells']).not.toEqual(body['cells']);
  });

  test('is not computed for a text that does not load: the answer has the place', async () => {
    const { status, body } = await post('diff', mistake);
    expect([status, body['code']]).toEqual([400, 'policy-invalid']);
    expect(body['detail']).toContain(`${EXPORT}:`);
  });

  test.each([
    ['who-sees', { example: 'red', from: 'europool' }, [422, 'organisation-unknown']],
    ['who-sees', { example: 'rad', from: 'europol' }, [400, 'usage']],
    ['who-sees', { example: '../../package', from: 'europol' }, [400, 'usage']],
    ['who-sees', {}, [400, 'usage']],
    ['map', { of: 'nothing' }, [400, 'usage']],
  ])('%s of %j is refused', async (what, more, answer) => {
    const { status, body } = await post(what, { ...loose, ...more });
    expect([status, body['code']]).toEqual(answer);
  });
});

describe('console policies: the author of one organisation', () => {
  const own = { path: EXPORT, text: live(EXPORT).replace(LOOSENED, 'when { true }') };

  test('sees no rules of other organisations in the differences', async () => {
    const { body } = await post('diff', own, 'europol');
    const changes = ['loosened', 'tightened', 'reasonOnly'].flatMap((name) => body[name]) as readonly {
      org: string;
      rules: { before: readonly string[]; after: readonly string[] };
    }[];
    expect(changes.length).toBeGreaterThan(0);
    expect(new Set(changes.map(({ org }) => org))).toEqual(new Set(['europol']));
    const named = changes.flatMap(({ rules }) => [...rules.before, ...rules.after]);
    expect(named.filter((id) => !/^(eur|federation)-/.test(id))).toEqual([]);
  });

  test('sees in the map what it gives, and nothing that others give', async () => {
    const { body } = await post('map', { ...own, of: 'edited' }, 'europol');
    const cells = body['cells'] as readonly { from: string }[];
    expect(new Set(cells.map(({ from }) => from))).toEqual(new Set(['europol']));
  });

  test('sees of what others send only its own row, without export rules', async () => {
    const { body } = await post('who-sees', { ...own, example: 'red', from: 'interpol' }, 'europol');
    const rows = body['after'] as readonly { org: string }[];
    expect(rows.map(({ org }) => org)).toEqual(['europol']);
    expect(body['layers']).toEqual(['federation', 'import']);
    expect(JSON.stringify(rows)).not.toMatch(/int-export|"layer":"export","rule":"/);
  });
});
