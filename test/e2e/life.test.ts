import { randomBytes } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import type { ShownOverheldPair } from '../../services/shared/wire/shown-overheld.js';
import { createCanarySearch } from '../support/canary-search.js';
import { type Json, startFederation, type TestFederation } from '../support/federation.js';
import { bytesOf, filesBelow } from '../support/files-below.js';
import { exampleDraft } from '../support/notices.js';
import {
  type LifeSystem,
  lifeSystems,
  type ShownLife,
  type ShownOutcome,
} from '../support/lives/own-life.js';
import { until } from '../support/until.js';
import { untilArchived } from '../support/observe/until-archived.js';
import { overheldByLedger } from './held-by-ledger.js';

const policies = mkdtempSync(join(tmpdir(), 'liaison-policies-'));
let federation: TestFederation;
let systems: ReadonlyMap<string, LifeSystem>;
beforeAll(async () => {
  cpSync(join(projectRoot, 'policies'), policies, { recursive: true });
  const env = { LIAISON_DEADLINE_SECONDS: '1', LIAISON_POLICIES: policies };
  federation = await startFederation({ env, separate: true });
  systems = lifeSystems(federation);
});
afterAll(async () => {
  await federation.close();
  rmSync(policies, { recursive: true });
});

const systemOf = (org: string): LifeSystem => systems.get(org)!;

/** Submits a draft and waits until every receipt is there. */
async function submit(org: string, draft: unknown): Promise<string> {
  const file = join(federation.home.root, '..', `${randomBytes(4).toString('hex')}.json`);
  writeFileSync(file, JSON.stringify(draft));
  const done = await federation.cli('notice', 'submit', file, '--org', org, '--wait', '90s', '--json');
  expect(done.code, done.stderr).toBe(0);
  return String(done.records[0]?.['id']);
}

async function recipients(org: string, id: string): Promise<readonly ShownOutcome[]> {
  return (await systemOf(org).get(`/v1/notices/${id}`))?.['recipients'] as readonly ShownOutcome[];
}

const held = (holder: string, originator: string, id: string): Promise<Json | undefined> =>
  systemOf(holder).get(`/v1/inbox/${originator}/${id}`);

const sectionsAt = async (holder: string, originator: string, id: string): Promise<readonly string[]> =>
  Object.keys((await held(holder, originator, id))?.['sections'] ?? {}).toSorted();

/** Waits until the newest action of this verb has been answered by all. */
function answered(org: string, id: string, verb: string): Promise<ShownLife['actions'][number]> {
  return until(`every answer to ${verb}`, async () => {
    const action = (await systemOf(org).life(id)).actions.findLast((one) => one.verb === verb);
    return action?.state === 'settled' && action.owed.length === 0 ? action : undefined;
  });
}

/** The draft with a canary in the remarks of every section. */
function marked(kind: string): { readonly draft: unknown; readonly canaries: readonly string[] } {
  const { header, sections } = exampleDraft(kind);
  const entries = Object.entries(sections).map(([name, value]) => {
    const canary = randomBytes(16).toString('hex');
    return { canary, entry: [name, { ...(value as object), remarks: `canary ${canary}` }] as const };
  });
  return {
    draft: { header, sections: Object.fromEntries(entries.map(({ entry }) => entry)) },
    canaries: entries.map(({ canary }) => canary),
  };
}

/** The canaries found in the files below these folders. */
function foundIn(canaries: readonly string[], folders: readonly string[]): readonly string[] {
  const search = createCanarySearch(canaries);
  for (const file of folders.flatMap(filesBelow)) {
    search.look(bytesOf(file));
  }
  return [...search.found];
}

test('a recall that a second operator carries out ends a notice at every holder and at its originator', async () => {
  const id = await submit('interpol', exampleDraft('un-special'));
  const key = join(federation.home.root, '..', 'second-operator.jwk');
  const added = await federation.cli('key', 'add-operator', '--person', 'B. Example', '--out', key);
  expect(added.code, added.stderr).toBe(0);
  const words = ['notice', 'cancel', id, '--org', 'interpol', '--json'];
  const first = await federation.cli(...words);
  expect([first.code, first.records[0]?.['outcome']], first.stderr).toEqual([0, 'proposed']);
  const carryOut = [...words, '--first', String(first.records[0]?.['id'])];
  const same = await federation.cli(...carryOut);
  expect([same.code, same.records[0]?.['code']], same.stderr).toEqual([1, 'second-person-needed']);
  const second = await federation.cli(...carryOut, '--key', key);
  expect([second.code, second.records[0]?.['outcome']], second.stderr).toEqual([0, 'cancelled']);
  const others = federation.orgs.filter((org) => org !== 'interpol');
  const action = await until('every answer at the originator', async () => {
    const found = (await systemOf('interpol').life(id)).actions.find(({ verb }) => verb === 'cancel');
    return found?.answers.length === others.length ? found : undefined;
  });
  expect(new Set(action.answers.map(({ type }) => type))).toEqual(new Set(['destroyed']));
  for (const org of others) expect(await held(org, 'interpol', id)).toBeUndefined();
  const open = await until('the answers at the auditor', async () => {
    const asked = await federation.cli('notice', 'recalls', '--open', '--json');
    return asked.code === 1 ? undefined : asked;
  });
  expect([open.code, open.records[0]], open.stderr).toEqual([0, { items: [] }]);
  const all = await federation.cli('notice', 'recalls', '--json');
  expect(all.records[0]?.['items']).toHaveLength(others.length + 1);
});

describe('a withdraw of a notice that reached all six others, one of which is stopped', () => {
  const folders = (orgs: readonly string[]): readonly string[] =>
    orgs.map((org) => dirname(federation.home.org(org as never, 'gateway.db')));

  test('is answered by five holders with the digest of what they destroyed, by the sixth after its return, and no file contains any section', async () => {
    const others = federation.orgs.filter((org) => org !== 'interpol');
    const { draft, canaries } = marked('un-special');
    const id = await submit('interpol', draft);
    expect((await recipients('interpol', id)).map(({ outcome }) => outcome)).toEqual(
      others.map(() => 'delivered'),
    );
    expect(foundIn(canaries, folders(['ecopol'])).length).toBe(canaries.length);
    await federation.freeze('gateway-ecopol');
    const words = ['notice', 'withdraw', id, '--org', 'interpol', '--reason', 'issued-in-error'];
    const first = await federation.cli(...words, '--wait', '--timeout', '5', '--json');
    expect(first.code, first.stderr).toBe(4);
    const action = await until('the answers of five', async () => {
      const withdrawal = (await systemOf('interpol').life(id)).actions.at(-1)!;
      return withdrawal.answers.length === 5 && withdrawal;
    });
    expect(action.answers.map(({ org, type }) => `${org} ${type}`).toSorted()).toEqual(
      others
        .filter((org) => org !== 'ecopol')
        .map((org) => `${org} destroyed`)
        .toSorted(),
    );
    for (const { before, after } of action.answers) {
      expect(before).toMatch(/^[\w-]{43}$/);
      expect(after).toBeNull();
    }
    const overdue = (await systemOf('interpol').get('/v1/overdue'))?.['items'] as readonly Json[];
    expect(overdue.filter((one) => one['id'] === id)).toMatchObject([{ org: 'ecopol' }]);
    federation.kill('gateway-ecopol', 'SIGCONT');
    const again = await federation.cli(...words, '--wait', '--timeout', '90s', '--json');
    expect(again.code, again.stderr).toBe(0);
    const after = (await systemOf('interpol').life(id)).actions;
    expect(after.filter(({ verb }) => verb === 'withdraw')).toHaveLength(1);
    expect(after.at(-1)?.answers).toHaveLength(6);
    for (const org of others) expect(await held(org, 'interpol', id)).toBeUndefined();
    await expect.poll(() => foundIn(canaries, [federation.home.root])).toEqual([]);
  }, 400_000);
});

describe('an amend', () => {
  test('leaves recipients only the second revision; a holder that is denied it signs that it destroyed the first', async () => {
    const { header, sections } = exampleDraft('un-special');
    const id = await submit('europol', { header, sections });
    const before = (await recipients('europol', id)).filter(({ outcome }) => outcome !== 'denied');
    expect(before.length).toBeGreaterThan(2);
    const file = join(federation.home.root, '..', 'amended.json');
    const secret = exampleDraft('red');
    writeFileSync(
      file,
      JSON.stringify({ ...secret, header: { ...secret.header, addressees: ['interpol'] } }),
    );
    const amended = await federation.cli('notice', 'amend', id, file, '--org', 'europol', '--json');
    expect(amended.code, amended.stderr).toBe(0);
    const restrict = await answered('europol', id, 'restrict');
    const lost = before.map(({ org }) => org).filter((org) => org !== 'interpol');
    expect(restrict.answers.map(({ org, type }) => `${org} ${type}`).toSorted()).toEqual(
      lost.map((org) => `${org} destroyed`).toSorted(),
    );
    const { revisions } = await systemOf('europol').life(id);
    await until('the second revision', async () => {
      const copy = await held('interpol', 'europol', id);
      return copy?.['number'] === Math.max(...revisions.map(({ number }) => number));
    });
    for (const org of lost) expect(await held(org, 'europol', id)).toBeUndefined();
  });
});

describe('an unseal', () => {
  test('gives one holder exactly one section, which verifies by the signature of the notice', async () => {
    const id = await submit('europol', exampleDraft('red'));
    const target = (await recipients('europol', id)).find(({ withheld }) => withheld.length > 0)!;
    const permitted: string[] = [];
    for (const section of target.withheld) {
      const before = await sectionsAt(target.org, 'europol', id);
      const words = ['notice', 'unseal', id, '--org', 'europol', '--section', section, '--to', target.org];
      const done = await federation.cli(...words, '--wait', '--timeout', '90s', '--json');
      if (done.code !== 0) {
        expect(done.stderr + done.stdout).toMatch(/not-permitted|not-withheld/);
        expect(await sectionsAt(target.org, 'europol', id)).toEqual(before);
        continue;
      }
      permitted.push(section);
      expect(await sectionsAt(target.org, 'europol', id)).toEqual([...before, section].toSorted());
    }
    expect(permitted.length).toBeGreaterThan(0);
    const shown = await federation.cli('inbox', '--org', target.org, '--json');
    const copy = shown.records.find((one) => one['id'] === id);
    expect(copy?.['verified']).toEqual({ originator: true, statement: true });
  });
});

describe('a request for a section', () => {
  test('is declined and granted, both signed and on the ledger; what the rules forbid is refused with the rule', async () => {
    const id = await submit('europol', exampleDraft('red'));
    const copies = await Promise.all(
      federation.orgs.map(async (org) => ({ org, copy: await held(org, 'europol', id) })),
    );
    const pairs = copies.flatMap(({ org, copy }) =>
      ((copy?.['withheld'] as readonly string[]) ?? []).map((section) => ({ org, section })),
    );
    const [first] = pairs;
    await systemOf('europol').post(`/v1/requests/${await ask(id, first!)}/decline`, {
      reason: 'not-necessary',
    });
    await answered('europol', id, 'decline');
    const outcomes: string[] = [];
    for (const pair of pairs) {
      const granted = await systemOf('europol').post(`/v1/requests/${await ask(id, pair)}/grant`, {});
      expect(granted.refused).toBeUndefined();
      const { state, code } = await until('the outcome', async () => {
        const { actions } = await systemOf('europol').life(id);
        const action = actions.find((one) => one.action === granted['action']);
        return action !== undefined && ['settled', 'refused'].includes(action.state) ? action : undefined;
      });
      outcomes.push(code ?? state);
      const sections = await sectionsAt(pair.org, 'europol', id);
      expect(sections.includes(pair.section)).toBe(state === 'settled');
    }
    expect(new Set(outcomes)).toEqual(new Set(['settled', 'not-permitted']));
    const records = await systemOf('europol').life(id);
    expect(records.actions.filter(({ verb }) => verb === 'decline')).toMatchObject([
      { answers: [{ org: first?.org, verified: true }] },
    ]);
  }, 400_000);
});

/** A busy machine takes much longer than the 5 s in which routers adopt policies. */
const ADOPT_MS = 400_000;

// The last test, because the policies stay tighter.
describe('a rule that is tightened', () => {
  const overheld = async (): Promise<readonly ShownOverheldPair[]> =>
    (await systemOf('europol').get('/v1/overheld'))?.['pairs'] as readonly ShownOverheldPair[];
  const lines = (pairs: readonly ShownOverheldPair[]): readonly string[] =>
    pairs
      .map(({ originator, jti, recipient, whole, sections }) =>
        [originator, jti, recipient, ...(whole ? ['whole'] : []), ...sections.toSorted()].join(' '),
      )
      .toSorted();

  test('lists what a count over the ledger finds; `restrict --by-policy` takes back exactly that, and the rest verifies', {
    tags: ['long'],
  }, async () => {
    const id = await submit('europol', exampleDraft('red'));
    const before = await recipients('europol', id);
    const [denied, ...others] = before.filter(({ sections }) => sections.includes('description'));
    expect(others.length).toBeGreaterThan(0);
    await untilArchived(federation);
    expect(await overheld()).toEqual([]);
    expect(await overheldByLedger(federation, policies)).toEqual([]);
    const forbid = (rule: string, text: string): string =>
      `@id("${rule}")\n@reason("tightened by a test")\nforbid (principal, ${text};\n`;
    const red = 'resource) when { resource.kind == Kind::"red" &&';
    appendFileSync(
      join(policies, 'federation/rules.cedar'),
      forbid(
        'no-description',
        `action == Action::"disclose", ${red} context.section == Section::"description" }`,
      ) +
        forbid('not-at-all', `action == Action::"receive", ${red} principal.id == OrgId::"${denied?.org}" }`),
    );
    const adopting = async () => {
      // An organisation may only ask so many questions a second.
      await delay(500);
      const pairs = await overheld();
      return pairs.length > 0 && pairs;
    };
    const found = await until('the tightened rules', adopting, ADOPT_MS);
    expect(lines(found)).toEqual(
      (await overheldByLedger(federation, policies)).filter((line) => line.startsWith('europol ')),
    );
    expect(found.filter((pair) => pair.id === id)).toHaveLength(1 + others.length);
    const words = ['notice', 'restrict', '--by-policy', '--org', 'europol', '--yes', '--json'];
    const done = await federation.cli(...words);
    expect(done.code, done.stderr).toBe(0);
    expect(done.records[0]?.['restricted']).toEqual([...new Set(found.map((pair) => pair.id))]);
    for (const one of new Set(found.map((pair) => pair.id))) await answered('europol', one, 'restrict');
    // The auditor stores the answers after the originator has them.
    await untilArchived(federation);
    await expect.poll(overheld, { interval: 500 }).toEqual([]);
    expect(await overheldByLedger(federation, policies)).toEqual([]);
    for (const { org, sections } of [denied!, ...others]) {
      const shown = await federation.cli('inbox', '--org', org, '--id', id, '--json');
      if (org === denied?.org) expect(shown.records).toEqual([]);
      else {
        expect(Object.keys(Object(shown.records[0]?.['sections'])).toSorted()).toEqual(
          sections.filter((section) => section !== 'description').toSorted(),
        );
        expect(shown.records[0]?.['verified']).toEqual({ originator: true, statement: true });
      }
    }
  });
});

/** Asks for a section as a holder; resolves to the id of the request, once the originator has it. */
async function ask(
  id: string,
  { org, section }: { readonly org: string; readonly section: string },
): Promise<string> {
  const words = ['--org', org, '--section', section, '--purpose', 'locate-person'];
  const asked = await federation.cli('notice', 'request', id, '--to', 'europol', ...words, '--json');
  expect(asked.code, asked.stderr).toBe(0);
  return until('the request', async () => {
    const { items } = (await systemOf('europol').get('/v1/requests')) as { readonly items?: readonly Json[] };
    const isIt = (one: Json): boolean =>
      one['id'] === id && one['org'] === org && one['section'] === section && one['state'] === 'open';
    const open = items?.find(isIt);
    return open === undefined ? undefined : String(open['jti']);
  });
}
