import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  ShownDecision,
  ShownRecipient,
  ShownRevision,
} from '../../../services/console/decision/shown-decision.js';
import type { ShownNoticeLife } from '../../../services/console/decision/shown-notice-life.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { rule } from '../../support/hub.js';
import { type Exchange, LIVED, NOTICE, RULES, startExchange } from '../exchange.js';

const UNKNOWN = '01890a5d-ac96-774b-bcce-b302099a8059';

let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange({ life: true });
  const { say, heard } = exchange.site;
  for (const event of ['submitted', 'parked', 'redacted', 'received'])
    say(`status.${event}.europol.interpol.red`, { event, jti: `${NOTICE}.1` });
  // Another originator's notice may have the same id.
  say('status.parked.afripol.interpol.red', { event: 'parked', jti: `${NOTICE}.1`, code: 'full' });
  await heard();
});
afterAll(() => exchange.close());

const ask = (id: string, who?: string) => exchange.site.get(`/v1/notices/${id}`, who);
const codeOf = ({ text }: { readonly text: string }): unknown => JSON.parse(text).code;

async function revision(who?: string, id = NOTICE): Promise<ShownRevision> {
  const { status, text } = await ask(id, who);
  expect(status, text).toBe(200);
  const { revisions } = JSON.parse(text) as ShownDecision;
  expect(revisions).toHaveLength(1);
  return revisions[0] as ShownRevision;
}

async function recipient(org: string, who?: string): Promise<ShownRecipient> {
  const found = (await revision(who)).recipients.find((one) => one.org === org);
  if (found === undefined) throw new Error(`nothing of ${org}`);
  return found;
}

const without = (headers: Headers): unknown[] => [...headers].filter(([name]) => name !== 'date');

describe('console decision: the federation', () => {
  test('sees the recorded facts of a notice: header attributes, names of sections, numbers of records', async () => {
    const { notice, records, originator } = await revision();
    expect(originator).toBe('europol');
    expect(notice?.attributes).toMatchObject({ kind: 'red', purpose: 'arrest', codes: ['H1'] });
    expect(notice?.sections).toContain('biometrics');
    expect(records.map(({ type, number }) => [type, typeof number])).toEqual([
      ['routing', 'number'],
      ['receipt', 'number'],
    ]);
  });

  test('is shown each recipient’s outcome and sections, and what happened, with records apart from status events', async () => {
    const { outcome, sections, withheld, advertised, happened } = await recipient('interpol');
    expect([outcome, [...withheld, ...advertised]]).toEqual(['redacted', ['biometrics']]);
    expect(sections).not.toContain('biometrics');
    expect(happened.map(({ what, evidence }) => `${what} ${evidence}`).toSorted()).toEqual([
      'delivered heard',
      'parked heard',
      'received ledger',
      'recorded ledger',
    ]);
    expect((await recipient('afripol')).happened.map(({ what }) => what)).toEqual(['recorded']);
  });

  test('sees the rules that decided, with reason and article, and the conditions that failed', async () => {
    const { why } = await recipient('interpol');
    expect(why).toMatchObject({ rulesHere: 'same', sets: [] });
    expect(why?.rules).toContainEqual({
      layer: 'export',
      id: 'eur-members',
      reason: 'members of the federation exchange',
      article: 'Art. 7',
    });
    expect(why?.closed).toMatchObject([{ section: 'biometrics', layer: 'export' }]);
    expect(why?.closed[0]?.lines[0]?.text).toBe('eur-biometrics: biometrics stay with regional bodies');
  });

  test('is shown the permits nearest to a denial, condition by condition', async () => {
    const { outcome, because, why } = await recipient('afripol');
    expect([outcome, because, why?.rules]).toEqual(['denied', null, []]);
    expect(why?.closed).toMatchObject([{ section: null, layer: 'import' }]);
    const lines = why?.closed[0]?.lines ?? [];
    expect(lines.map(({ text }) => text)).toContain('no permit applies, the nearest:');
    expect(lines.find(({ mark }) => mark === '✗')?.text).toBe('kind: red; required: blue');
  });

  test('finds one revision by its number, and none for an unknown number', async () => {
    expect((await revision('federation', `${NOTICE}.1`)).jti).toBe(`${NOTICE}.1`);
    expect(await ask(`${NOTICE}.2`).then(codeOf)).toBe('not-found');
  });

  test('is never shown the content of a notice', async () => {
    const { text } = await ask(NOTICE);
    const example = JSON.parse(readFileSync(join(projectRoot, 'proto/examples/red.json'), 'utf8'));
    const words = (value: unknown): string[] =>
      typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(words)
        : typeof value === 'string' && value.length > 9
          ? [value]
          : [];
    const content = words(example.sections);
    expect(content.length).toBeGreaterThan(20);
    expect(content.filter((word) => text.includes(word))).toEqual([]);
  });
});

describe('console decision: the life of a notice', () => {
  const lifeFor = async (who?: string): Promise<ShownNoticeLife> => {
    const { lives } = JSON.parse((await ask(LIVED, who)).text) as ShownDecision;
    expect(lives).toHaveLength(1);
    return lives[0] as ShownNoticeLife;
  };

  test('shows each step with its holders, their signed answers, and who owes one since when', async () => {
    const life = await lifeFor();
    expect([life.state, life.suspendedUntil, life.isEnding]).toEqual(['in force', null, false]);
    const at = expect.any(String);
    const interpol = { org: 'interpol', sections: null, code: null };
    const held = { ...interpol, answer: 'held', at, owesSince: null };
    const asked = { sections: ['biometrics'], answer: 'declined', at, owesSince: null };
    const owed = { sections: ['judicial'], answer: null, at: null, owesSince: life.steps.at(-1)?.at };
    expect(life.steps).toMatchObject([
      { step: 'issued', holders: [held] },
      { step: 'suspended', reason: 'under-review', until: at, holders: [held] },
      { step: 'resumed', holders: [held] },
      { step: 'requested', reason: 'arrest', holders: [{ ...interpol, ...asked }] },
      { step: 'declined', reason: 'not-available', holders: [held] },
      { step: 'restricted', reason: 'by-originator', holders: [{ ...interpol, ...owed }] },
    ]);
    expect(life.steps.every(({ record }) => typeof record === 'number')).toBe(true);
  });

  test('is the same for the originator, without the numbers of records', async () => {
    const [own, all] = [await lifeFor('europol'), await lifeFor()];
    const steps = all.steps.map(({ record: _record, ...step }) => step);
    expect(own).toEqual({ ...all, steps });
  });

  test('shows a holder what it was handed, its own answers and what it owes, and the end only if it was told', async () => {
    const [own, all] = [await lifeFor('interpol'), await lifeFor()];
    expect(own.steps.map(({ step }) => step)).toEqual(all.steps.map(({ step }) => step));
    expect(own.steps.flatMap(({ holders }) => holders).map(({ org }) => org)).toEqual(
      Array(6).fill('interpol'),
    );
    expect([own.state, own.ends, all.ends]).toEqual(['in force', null, expect.any(String)]);
  });

  test('shows an organisation that was denied the notice nothing of it', async () => {
    const [lived, unknown] = [await ask(LIVED, 'afripol'), await ask(UNKNOWN, 'afripol')];
    expect([lived.status, lived.text]).toEqual([unknown.status, unknown.text]);
  });
});

describe('console decision: a viewer of one organisation', () => {
  test('as the originator sees all of its own notice, without record numbers, which count other notices too', async () => {
    const [own, all] = [await revision('europol'), await revision()];
    expect({ ...own, records: [] }).toEqual({ ...all, records: [] });
    expect(own.records.map((record) => Object.hasOwn(record, 'number'))).toEqual([false, false]);
  });

  test('as a recipient sees only its own row: no header, no rule, no other recipient, no section hidden from it', async () => {
    const { notice, recipients, records } = await revision('interpol');
    expect(notice).toBeNull();
    expect(recipients.map(({ org, why }) => [org, why])).toEqual([['interpol', null]]);
    expect(records.map(({ type }) => type)).toEqual(['routing', 'receipt']);
    const { text } = await ask(NOTICE, 'interpol');
    expect(text).not.toMatch(/afripol|eur-members|eur-biometrics|arrest|parked|"number"/);
    // The rules advertise it: the recipient knows that it exists.
    expect(recipients[0]?.advertised).toEqual(['biometrics']);
    expect(recipients[0]?.withheld).toEqual([]);
  });

  test('that was denied gets exactly the answer for an unknown notice, with as many requests to the auditor', async () => {
    const before = exchange.asked();
    const unknown = await ask(UNKNOWN, 'afripol');
    const each = exchange.asked() - before;
    const denied = await ask(NOTICE, 'afripol');
    expect([each, exchange.asked() - before]).toEqual([1, 2]);
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'not-found']);
    expect([denied.status, denied.text]).toEqual([unknown.status, unknown.text]);
    expect(without(denied.headers)).toEqual(without(unknown.headers));
  });

  test.each(['viewer=federation', 'viewer=europol', 'org=europol', 'scope=', 'id=x', '__proto__=x'])(
    'gains nothing by `%s`, which is refused for every notice before the auditor is asked',
    async (query) => {
      const before = exchange.asked();
      const answers = await Promise.all(
        [NOTICE, UNKNOWN].flatMap((id) =>
          ['afripol', 'interpol'].map((who) => exchange.site.get(`/v1/notices/${id}?${query}`, who)),
        ),
      );
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect(answers.map(codeOf)).toEqual(answers.map(() => 'usage'));
      expect(exchange.asked()).toBe(before);
    },
  );
});

describe('console decision: a request', () => {
  test('without a valid token is refused', async () => {
    for (const who of ['x'.repeat(43), '']) expect((await ask(NOTICE, who)).status).toBe(401);
  });

  test.each([
    'x',
    '',
    NOTICE.toUpperCase(),
    `${NOTICE}.0`,
    `${NOTICE}.`,
    `${NOTICE}.1.1`,
    `${NOTICE}%20`,
    '%3Cimg%20src=x%3E',
    '..%2Fsession',
    '%00',
    'a'.repeat(300),
  ])('for a malformed id is refused with its place: `%s`', async (id) => {
    const before = exchange.asked();
    const answer = await ask(id, 'interpol');
    expect([answer.status, codeOf(answer)]).toEqual([400, 'id-invalid']);
    expect(JSON.parse(answer.text).errors).toMatchObject([{ path: '/id' }]);
    expect(exchange.asked()).toBe(before);
  });

  test('gets a 503 while the auditor is silent, the same for every viewer, and an answer once it is back', async () => {
    exchange.silence(true);
    const answers = await Promise.all(['federation', 'interpol', 'afripol'].map((who) => ask(NOTICE, who)));
    expect(answers.map(({ status, text }) => [status, JSON.parse(text).detail])).toEqual(
      answers.map(() => [503, 'the auditor does not answer']),
    );
    exchange.silence(false);
    expect((await ask(NOTICE)).status).toBe(200);
  });

  test('at a console without a token for the auditor says what to do, and other routes still work', async () => {
    const token = exchange.hub.broker.home.hub('console', 'auditor.token');
    renameSync(token, `${token}.away`);
    try {
      const answer = await ask(NOTICE);
      expect([answer.status, codeOf(answer)]).toEqual([503, 'config-invalid']);
      expect(JSON.parse(answer.text).detail).toMatch(/decisions:read.*init --demo/s);
      expect(answer.text).not.toContain(exchange.hub.broker.home.root);
      expect((await exchange.site.get('/v1/flow')).status).toBe(200);
    } finally {
      renameSync(`${token}.away`, token);
    }
    expect((await ask(NOTICE)).status).toBe(200);
  });
});

describe('console decision: with other policies than those that decided', () => {
  test('the texts of unchanged sets are shown, and the names of changed ones', async () => {
    const { policy } = exchange.hub;
    await policy('interpol/import.cedar', rule('int-new', 'permit (principal, action, resource);'));
    const { why } = await recipient('interpol');
    expect(why).toMatchObject({ rulesHere: 'other-rules', sets: ['interpol/import'], closed: [] });
    const reasons = new Map(why?.rules.map(({ id, reason }) => [id, reason]));
    expect(reasons.get('eur-members')).toBe('members of the federation exchange');
    expect(reasons.get('interpol-import-open')).toBeNull();
    // No rule of that set decided for the other recipient.
    expect((await recipient('afripol')).why?.rulesHere).toBe('same');
  });

  test('an unreadable policy explains nothing, and recorded facts are still shown', async () => {
    await exchange.hub.policy('europol/export.cedar', 'permit (');
    const { why, outcome } = await recipient('interpol');
    expect(outcome).toBe('redacted');
    expect(why).toMatchObject({ rulesHere: 'unread', closed: [] });
    expect(why?.rules.every(({ reason }) => reason === null)).toBe(true);
    await exchange.hub.policy('europol/export.cedar', RULES['europol/export.cedar']);
    expect((await recipient('afripol')).why?.rulesHere).toBe('same');
  });
});
