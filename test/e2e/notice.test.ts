import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RECIPIENT_EVENTS } from '../../services/shared/bus/accounts.js';
import type { ShownNotice, RecipientRow } from '../../services/cli/notice/notice-table.js';
import type { PreviewResult } from '../../services/cli/notice/preview-table.js';
import type { Status } from '../../services/cli/status/read-status.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import {
  type Json,
  liaison,
  type Outcome,
  startFederation,
  type TestFederation,
} from '../support/federation.js';
import { until } from '../support/until.js';

const example = (kind: string): string => join(projectRoot, 'proto/examples', `${kind}.json`);
const draftOf = (kind: string): Json => JSON.parse(readFileSync(example(kind), 'utf8')) as Json;

let federation: TestFederation;
beforeAll(async () => {
  federation = await startFederation({ words: ['--no-traffic', '--seed', 'north wind'] });
});
afterAll(() => federation.close());

const only = ({ records }: Outcome): Json => {
  expect(records).toHaveLength(1);
  return records[0] ?? {};
};

const recipientsIn = (shown: Json): readonly RecipientRow[] => (shown as unknown as ShownNotice).recipients;

describe('a notice through the command line', () => {
  let id: string;
  let shown: Json;

  test('`notice submit --wait` ends once every receipt has arrived', async () => {
    const submitted = await federation.cli(
      'notice',
      'submit',
      example('red'),
      '--org',
      'europol',
      '--wait',
      '90s',
      '--json',
    );
    expect(submitted.code, submitted.stderr).toBe(0);
    shown = only(submitted);
    id = String(shown['id']);
    expect(shown).toMatchObject({ revision: 1, state: 'settled', header: { kind: 'red' } });
  });

  test('`notice recipients --signed` says who received which sections, and verifies; a changed one does not', async () => {
    const signed = await federation.cli('notice', 'recipients', id, '--signed');
    expect(signed.code, signed.stderr).toBe(0);
    const path = join(federation.home.root, 'recipients.jws');
    writeFileSync(path, signed.stdout);
    const verified = only(await federation.cli('notice', 'recipients', '--verify', path, '--json'));
    const given = recipientsIn(shown).filter(({ outcome }) => outcome !== 'denied');
    expect(given.length).toBeGreaterThan(0);
    expect(verified).toMatchObject({
      originator: 'europol',
      id,
      recipients: given.map(({ org, sections }) => ({
        org,
        given: [{ sections, word: { type: 'held', kid: `${org}:receipt:1` } }],
        actions: [],
      })),
    });
    const [head = '', payload = '', signature = ''] = signed.stdout.trim().split('.');
    const claims = Buffer.from(payload, 'base64url').toString().replace(String(given[0]?.org), 'interpol');
    writeFileSync(path, [head, Buffer.from(claims).toString('base64url'), signature].join('.'));
    const changed = await federation.cli('notice', 'recipients', '--verify', path);
    expect([changed.code, changed.stderr]).toEqual([1, expect.stringContaining('signature-invalid')]);
  });

  test('`policy diff --held` judges what recipients hold of the own notices of a gateway', async () => {
    const policies = join(projectRoot, 'policies');
    const words = ['policy', 'diff', policies, policies, '--held', '--org', 'europol', '--json'];
    const compared = only(await federation.cli(...words));
    const held = recipientsIn(shown).filter(({ outcome }) => outcome !== 'denied').length;
    expect(compared).toMatchObject({ held: { pairs: held, overheld: [] }, loosened: [], tightened: [] });
  });

  test('`notice show` without `--org` finds the gateway that submitted it', async () => {
    const found = await federation.cli('notice', 'show', id, '--json');
    const whole = only(found);
    expect(whole).toMatchObject(shown);
    expect(whole['stages']).toMatchObject([{ stage: 'accepted', outcome: 'positive', by: 'hub' }]);
    expect(recipientsIn(shown)).toHaveLength(federation.orgs.length - 1);
    for (const { org, outcome, receipt, stages } of recipientsIn(whole)) {
      const last = stages?.at(-1);
      if (outcome === 'denied') {
        expect(receipt).toBeNull();
        expect(last).toMatchObject({ stage: 'routed', outcome: 'negative', by: 'hub' });
        continue;
      }
      expect(receipt).toMatchObject({ type: 'held', verified: true });
      expect(last).toMatchObject({ stage: 'held', outcome: 'positive', by: org });
    }
  });

  test('`notice show` accepts `<id>.<number>` and the end of either, and lists the ids that match an end', async () => {
    const [end, number] = [id.slice(-12), String(shown['number'])];
    for (const name of [`${id}.${number}`, end, `${end}.${number}`])
      expect(only(await federation.cli('notice', 'show', name, '--json'))).toMatchObject(shown);
    const ids = [id];
    const digitOf = (one: string): string => one.slice(-1);
    while (new Set(ids.map(digitOf)).size === ids.length)
      ids.push((await federation.cli('notice', 'submit', example('blue'), '--org', 'europol')).stdout.trim());
    const twin = ids.at(-1) ?? '';
    const both = await federation.cli('notice', 'show', digitOf(twin));
    expect(both.code).toBe(2);
    for (const one of ids.filter((other) => digitOf(other) === digitOf(twin)))
      expect(both.stderr).toContain(`${one} of europol`);
  });

  test('`notice submit` in a pipe prints the id alone', async () => {
    const { stdout, stderr } = await federation.cli('notice', 'submit', example('blue'), '--org', 'interpol');
    expect(stdout).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(stderr).toContain('follow it: ');
  });

  test('`inbox` lists exactly the sections of the report, and verifies both signatures', async () => {
    const recipients = recipientsIn(shown);
    expect(new Set(recipients.map(({ outcome }) => outcome)).size).toBeGreaterThan(1);
    for (const { org, outcome, sections, obligations } of recipients) {
      const inbox = await federation.cli('inbox', '--org', org, '--id', id, '--json');
      if (outcome === 'denied') {
        expect(inbox).toMatchObject({ code: 1, records: [] });
        continue;
      }
      const held = only(inbox);
      expect(Object.keys(Object(held['sections'])).toSorted()).toEqual([...sections].toSorted());
      expect(held).toMatchObject({ verified: { originator: true, statement: true }, obligations });
      expect(held['header']).toEqual(shown['header']);
      expect(inbox.code).toBe(0);
    }
  });

  test('`notice submit` returns the same notice for the same idempotency key and draft, and refuses another draft', async () => {
    const submit = (kind: string): Promise<Outcome> =>
      federation.cli('notice', 'submit', example(kind), '--org', 'interpol', '--key', 'once', '--json');
    const [first, again] = [only(await submit('blue')), only(await submit('blue'))];
    expect(again['id']).toBe(first['id']);
    const other = await submit('yellow');
    expect(other.code).not.toBe(0);
    expect(JSON.parse(other.stderr)).toMatchObject({ code: 'idempotency-conflict' });
  });

  test('`notice submit` exits with 2 for a draft that breaks the schema, and names the place', async () => {
    const { stdin } = process;
    expect(stdin).toBeDefined();
    const refused = await federation.cli(
      'notice',
      'submit',
      join(projectRoot, 'package.json'),
      '--org',
      'europol',
      '--json',
    );
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(refused.stderr)).toMatchObject({
      code: expect.stringMatching(/schema-invalid|kind-unknown/),
    });
  });

  test('`notice submit` reports errors in a draft with the name of its file', async () => {
    const folder = dirname(federation.home.root);
    const file = join(folder, 'draft.json');
    const { header, ...headless } = draftOf('red');
    const several = { header: { ...Object(header), minor: 'no', excluded: ['europoll'] }, sections: {} };
    for (const [text, why] of [
      ['[]', 'must be object'],
      [JSON.stringify(headless), '`/header`: missing'],
      [
        JSON.stringify(several),
        '`/header/minor`: must be boolean; and 4 more\n  /sections/identity: missing\n  /sections/judicial: missing\n' +
          '  /sections/narrative: missing\n  /header/excluded/0: no member, did you mean `europol`',
      ],
    ] as const) {
      writeFileSync(file, text);
      for (const verb of ['submit', 'preview']) {
        const { code, stderr } = await federation.cli('notice', verb, file, '--org', 'europol');
        expect([code, stderr]).toEqual([2, `error [schema-invalid] \`${file}\`: ${why}\n`]);
      }
    }
    const { code, stderr } = await federation.cli('notice', 'submit', folder, '--org', 'europol');
    expect([code, stderr]).toEqual([2, `error [usage] \`${folder}\`: is a folder: expected a file\n`]);
  });

  test('`notice show` refuses an invalid id, with an example', async () => {
    for (const words of [
      ['notice', 'show', 'nope'],
      ['inbox', '--org', 'europol', '--id', 'nope'],
    ]) {
      const { code, stderr } = await federation.cli(...words);
      expect([code, stderr]).toEqual([2, expect.stringContaining('expected the id of a notice, such as `0')]);
    }
  });

  test('`notice submit --wait` reports after its timeout that the gateway continues, and how to follow the notice', async () => {
    await federation.freeze('router');
    try {
      const words = ['--org', 'europol', '--wait', '1s'];
      const { code, stderr } = await federation.cli('notice', 'submit', example('blue'), ...words);
      expect(stderr).toMatch(
        /^error \[timed-out\] .* the gateway continues, follow it: .*notice show [0-9a-f-]{36} --org europol/,
      );
      expect(code).toBe(4);
    } finally {
      federation.kill('router', 'SIGCONT');
    }
  });

  test('every verb refuses an unknown organisation with 2 and the nearest name', async () => {
    for (const words of [
      ['inbox', '--org', 'euorpol'],
      ['inbox', '--org', 'afripol', '--from', 'euorpol'],
      ['quarantine', 'list', '--org', 'euorpol'],
      ['quarantine', 'show', '0000', '--org', 'euorpol'],
      ['tail', '--from', 'euorpol', '--for', '5s'],
      ['tail', 'status.delivered.*.euorpol.*', '--for', '5s'],
    ]) {
      const { code, stdout, stderr } = await federation.cli(...words);
      expect([words, code, stdout]).toEqual([words, 2, '']);
      expect(stderr).toContain('did you mean `europol`');
    }
  });
});

describe('notice preview', () => {
  test('shows organisations × sections and sends nothing', async () => {
    await untilSettled();
    const before = await inboxSizes();
    const preview = only(
      await federation.cli('notice', 'preview', example('red'), '--org', 'europol', '--json'),
    );
    const { recipients } = preview as unknown as PreviewResult;
    expect(recipients.map(({ org }) => org).toSorted()).toEqual(
      federation.orgs.filter((org) => org !== 'europol').toSorted(),
    );
    const open = recipients.filter(({ outcome }) => outcome !== 'denied');
    const names = Object.keys(draftOf('red')['sections'] as object).toSorted();
    for (const { sections } of open) expect(Object.keys(sections).toSorted()).toEqual(names);
    expect(await inboxSizes()).toEqual(before);
  });
});

/** Resolves when no notice is under way: those of earlier tests would change an inbox, or show in a tail. */
async function untilSettled(): Promise<void> {
  await until('every notice to settle', async () => {
    const { organisations } = only(await federation.cli('status', '--json')) as unknown as Status;
    return organisations.every(({ outbox, awaited }) => outbox === 0 && awaited === 0);
  });
}

async function inboxSizes(): Promise<readonly number[]> {
  const inboxes = await Promise.all(
    federation.orgs.map((org) => federation.cli('inbox', '--org', org, '--json')),
  );
  return inboxes.map(({ records }) => records.length);
}

describe('doctor', () => {
  test('finds nothing to fix in a running federation, and receives the receipt of its ping', async () => {
    // A router that was stopped for seconds raises `inbox-away` for a minute at most.
    const { code, records } = await until(
      'doctor to find nothing',
      async () => {
        const found = await federation.cli('doctor', '--json');
        return found.records.every(({ state }) => state === 'ok') && found;
      },
      180_000,
    );
    expect(records.at(-1)).toMatchObject({ check: 'ping', state: 'ok' });
    expect(code).toBe(0);
  }, 300_000);

  test('reports a secret that other users can read, with the command that fixes it', async () => {
    const { chmodSync } = await import('node:fs');
    const path = federation.home.org('europol' as never, 'token');
    chmodSync(path, 0o644);
    const { code, records } = await federation.cli('doctor', '--json', '--no-ping');
    chmodSync(path, 0o600);
    expect(code).toBe(1);
    expect(records.find(({ check }) => check === 'home')).toMatchObject({
      state: 'bad',
      mend: `chmod -R go-rwx ${federation.home.root}`,
    });
  });
});

/** Submits red notices of europol until the command has ended, as it misses those from before it listens. */
async function submitUntilEnd(command: Promise<unknown>): Promise<void> {
  let isOver = false;
  void command.then(() => (isOver = true));
  await until('the command to end', async () => {
    await federation.cli('notice', 'submit', example('red'), '--org', 'europol', '--wait', '90s');
    return isOver;
  });
}

describe('tail', () => {
  test('shows events of a notice without its content, and ends after `--count`', async () => {
    await untilSettled();
    const tail = federation.cli('tail', '--json', '--event', 'denied,delivered,redacted', '--count', '6');
    await submitUntilEnd(tail);
    const { records, code, stdout } = await tail;
    expect(code).toBe(0);
    expect(records).toHaveLength(6);
    for (const event of records) expect(event).toMatchObject({ originator: 'europol', kind: 'red' });
    const { identity } = draftOf('red')['sections'] as { readonly identity: { readonly familyName: string } };
    expect(stdout).not.toContain(identity.familyName);
  });

  test("shows an organisation no event of other organisations' notices", async () => {
    const tail = federation.cli('tail', '--json', '--org', 'interpol', '--count', '2');
    await submitUntilEnd(tail);
    const { records } = await tail;
    expect(records).toHaveLength(2);
    for (const { event, recipient } of records)
      expect([RECIPIENT_EVENTS.includes(String(event)), recipient]).toEqual([true, 'interpol']);
  });
});

describe('config print', () => {
  test('prints the source of each value, and hides secrets', async () => {
    const printed = await federation.cli('config', 'print', '--json');
    expect(only(printed)['home']).toEqual({ value: federation.home.root, from: 'LIAISON_HOME' });
    expect(only(printed)['LIAISON_DEADLINE_SECONDS']).toEqual({ value: '30', from: 'default of `up`' });
    const token = readFileSync(federation.home.org('europol' as never, 'token'), 'utf8').trim();
    expect(printed.stdout).not.toContain(token);
  });

  test('prints the settings of the running `up`, and different values in this shell', async () => {
    const shell = { LIAISON_RESEND_SECONDS: '7', LIAISON_NATS_URL: 'nats://canary:canary@b:1' };
    const printed = await liaison(federation.home, ['config', 'print', '--json'], { env: shell });
    expect(only(printed)['LIAISON_RESEND_SECONDS']).toEqual({
      value: '2',
      from: 'run.json; in this shell `7` (environment)',
    });
    expect(only(printed)['LIAISON_SEED']).toEqual({
      value: 'north wind',
      from: 'run.json; in this shell nothing (default)',
    });
    expect(only(printed)['LIAISON_NATS_URL']).toEqual({
      value: 'nats://(hidden)@b:1',
      from: 'environment, not inherited from `up`',
    });
    expect(printed.stdout).not.toContain('canary');
  });
});
