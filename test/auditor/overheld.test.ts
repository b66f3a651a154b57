import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listOverheld } from '../../services/auditor/overheld.js';
import type { OrgId } from '../../services/shared/kernel/ids.js';
import type { Section } from '../../services/shared/notice/kinds.js';
import { createCedarSlots } from '../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../services/shared/policy/compiled-engine.js';
import { type Engine, type Layer, type Permission, setOf } from '../../services/shared/policy/engine.js';
import { createExcessOf } from '../../services/shared/policy/overheld.js';
import type { PolicySets } from '../../services/shared/policy/policies.js';
import type { HeldChange } from '../../services/shared/store/append/held-index.js';
import { openRecordIndex, type RecordIndex } from '../../services/shared/store/append/record-index.js';
import type { HeldPair } from '../../services/shared/store/append/held-tables.js';
import type { ShownOverheldPair } from '../../services/shared/wire/shown-overheld.js';
import { alfa, attributes, bravo, charlie, facts, loadWith, rule } from '../shared/policy/folder.js';

const ORGS = [alfa, bravo, charlie];
const SECTIONS: readonly Section[] = ['identity', 'judicial', 'biometrics', 'media'];
const KINDS = ['red', 'yellow', 'blue'] as const;
const IDS = [0, 1].map((n) => `01890a5d-ac96-774b-bcce-b302099a805${n}`);
const EXP = 2_000_000_000;
const clock = () => new Date(1_800_000_000_000);

let folder: string;
let index: RecordIndex;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-held-'));
  index = openRecordIndex(join(folder, 'index.db'), () => undefined);
});

afterEach(() => {
  index.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Empties the index, then applies these changes. */
function held(changes: readonly HeldChange[]): void {
  index.clear();
  index.held.apply(changes, changes.length);
}

interface Judges {
  readonly sets: PolicySets;
  readonly excessOf: ReturnType<typeof createExcessOf>;
  readonly cedar: Engine;
}

function judges(files: Readonly<Record<string, string>>): Judges {
  const sets = loadWith(files);
  const excessOf = createExcessOf({
    engine: createCompiledEngine(sets, createCedarSlots()),
    sets,
    directory: facts,
  });
  return { sets, excessOf, cedar: createCedarSlots().load(sets) };
}

/** Returns the pairs of all pages for a viewer. */
async function overheld(viewer: OrgId | 'federation', { excessOf }: Judges, limit: number) {
  const found: ShownOverheldPair[] = [];
  let after: string | undefined;
  do {
    const signal = new AbortController().signal;
    const deps = { archive: { held: index.held }, clock, signal, bundle: 'b', excessOf };
    const page = await listOverheld({ viewer, after, limit }, deps);
    expect(page.pairs.length).toBeLessThanOrEqual(limit);
    found.push(...page.pairs);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}

/** Returns what one recipient holds of a notice after all changes, computed without the index. */
function replay(changes: readonly HeldChange[], { originator, id, recipient }: HeldPair) {
  let now: { jti: string; number: number; kind: string; own: Set<string>; unseals: Unsealed[] } | undefined;
  const recorded = new Set<string>();
  for (const change of changes) {
    if (change.type === 'shared') {
      const { revision, shares } = change;
      const name = `${revision.originator} ${revision.jti}`;
      const isAgain = recorded.has(name);
      if (shares.length > 0) recorded.add(name);
      const share = shares.find(({ to }) => to === recipient);
      if (revision.originator !== originator || revision.id !== id || share === undefined) continue;
      if (isAgain) {
        // Only the first record of a revision shares it; the record of another frame leaves the same or less.
        for (const one of now?.jti === revision.jti ? now.own : [])
          if (!share.sections.includes(one)) now?.own.delete(one);
        continue;
      }
      if (now !== undefined && now.number > revision.number) continue;
      const { kind } = JSON.parse(revision.attributes) as { kind: string };
      now = {
        jti: revision.jti,
        number: revision.number,
        kind,
        own: new Set(share.sections),
        unseals: [],
      };
      continue;
    }
    if (change.originator !== originator) continue;
    if (change.type !== 'unacted' && change.id !== id) continue;
    if (change.type === 'ended') {
      now = undefined;
      for (const name of recorded) if (name.startsWith(`${originator} ${id}.`)) recorded.delete(name);
    }
    if (!('recipient' in change) || change.recipient !== recipient || now === undefined) continue;
    const { own, unseals, jti } = now;
    if (change.type === 'lost' && (change.jti === null || change.jti === jti)) now = undefined;
    else if (change.type === 'restricted' && change.sections === null) now = undefined;
    else if (change.type === 'restricted')
      for (const section of change.sections ?? []) {
        own.delete(section);
        now.unseals = now.unseals.filter((one) => one.section !== section);
      }
    else if (change.type === 'narrowed' && change.jti === jti)
      [...own].filter((one) => !change.sections.includes(one)).forEach((one) => own.delete(one));
    else if (change.type === 'unsealed' && change.digest === `sd ${jti}`)
      unseals.push({ section: change.section, action: change.action, isOut: false });
    else if (change.type === 'unacted') for (const one of unseals) one.isOut ||= one.action === change.action;
    else if (change.type === 'applied')
      now.unseals = unseals.filter((one) => {
        const isHeld = one.isOut && one.action === change.action;
        if (isHeld) own.add(one.section);
        return !isHeld;
      });
  }
  if (now === undefined) return undefined;
  const unsealed = new Set(now.unseals.flatMap(({ isOut, section }) => (isOut ? [] : [section])));
  return { ...now, sections: new Set([...now.own, ...unsealed]), unsealed };
}

interface Unsealed {
  readonly section: string;
  readonly action: string;
  isOut: boolean;
}

/** Returns the same list computed without the index, as Cedar decides layer by layer. */
function bruteForce(changes: readonly HeldChange[], viewer: OrgId | 'federation', { cedar }: Judges) {
  const found: ShownOverheldPair[] = [];
  for (const originator of ORGS)
    for (const id of IDS)
      for (const recipient of ORGS) {
        if (viewer !== 'federation' && viewer !== originator) continue;
        const now = replay(changes, { originator, id, recipient });
        if (now === undefined) continue;
        const notice = { ...attributes, originator, kind: now.kind as 'red' };
        const answer = (layer: Layer, permission: Permission, section?: string) =>
          cedar.evaluate(setOf(layer, { originator, recipient }), {
            permission,
            recipient: facts.organisations.get(recipient) ?? expect.fail(),
            notice,
            ...(section === undefined ? {} : { section }),
          });
        const permits = (layers: readonly Layer[], permission: Permission, section?: string): boolean =>
          layers.every((layer) => {
            const { decision, errors } = answer(layer, permission, section);
            return decision === 'allow' && errors.length === 0;
          });
        const all: readonly Layer[] = ['federation', 'export', 'import'];
        const whole = !permits(all, 'receive');
        const sections = [...now.sections].toSorted().filter((section) => {
          if (whole) return true;
          const isOpen = permits(all, 'disclose', section);
          const { decision, rules } = answer('export', 'disclose', section);
          const isUnsealed =
            now.unsealed.has(section) &&
            permits(['federation', 'import'], 'disclose', section) &&
            (decision === 'allow' || rules.length === 0);
          return !isOpen && !isUnsealed;
        });
        if (whole || sections.length > 0)
          found.push({ originator, id, jti: now.jti, kind: now.kind, recipient, whole, sections });
      }
  return found;
}

const org = fc.constantFrom(...ORGS);
const originator = fc.constantFrom(alfa, bravo);
const id = fc.constantFrom(...IDS);
const sections = fc.subarray([...SECTIONS]);
const section = fc.constantFrom(...SECTIONS);
const number = fc.integer({ min: 1, max: 2 });
const actionOf = (of: string, one: string): string => `action ${of} ${one}`;
const jtiOf = (of: string, n: number): string => `${of}.${n}`;

const revision = fc.record({ originator, id, number }).map((made) => ({
  ...made,
  jti: jtiOf(made.id, made.number),
  digest: `sd ${jtiOf(made.id, made.number)}`,
  exp: EXP,
  attributes: JSON.stringify({
    ...attributes,
    originator: made.originator,
    kind: KINDS[(IDS.indexOf(made.id) + made.number) % KINDS.length],
  }),
}));
const share = fc.record({
  revision,
  shares: fc.uniqueArray(fc.record({ to: org, sections }), { selector: ({ to }) => to }),
});
const pair = fc.record({ originator, id, recipient: org });
const change: fc.Arbitrary<HeldChange> = fc.oneof(
  {
    weight: 8,
    arbitrary: share.map((made) => ({
      type: 'shared' as const,
      ...made,
      shares: made.shares.filter(({ to }) => to !== made.revision.originator),
    })),
  },
  fc
    .tuple(pair, number, sections)
    .map(([of, n, left]) => ({ type: 'narrowed' as const, ...of, jti: jtiOf(of.id, n), sections: left })),
  fc
    .tuple(pair, fc.option(number))
    .map(([of, n]) => ({ type: 'lost' as const, ...of, jti: n === null ? null : jtiOf(of.id, n) })),
  fc
    .tuple(pair, fc.option(sections))
    .map(([of, taken]) => ({ type: 'restricted' as const, ...of, sections: taken })),
  {
    weight: 16,
    arbitrary: fc.tuple(pair, number, section).map(([of, n, one]) => ({
      type: 'unsealed' as const,
      ...of,
      digest: `sd ${jtiOf(of.id, n)}`,
      section: one,
      action: actionOf(of.id, one),
    })),
  },
  fc.tuple(pair, section).map(([{ originator: by, id: of, recipient }, one]) => ({
    type: 'unacted' as const,
    originator: by,
    recipient,
    action: actionOf(of, one),
  })),
  fc
    .tuple(pair, section)
    .map(([of, one]) => ({ type: 'applied' as const, ...of, action: actionOf(of.id, one) })),
  fc.record({ originator, id }).map((of) => ({ type: 'ended' as const, ...of })),
);

const RULES = [
  'permit (principal, action, resource);',
  'permit (principal, action == Action::"receive", resource);',
  'permit (principal, action == Action::"disclose", resource) when { context.section == Section::"identity" };',
  'permit (principal, action == Action::"disclose", resource) when { resource.kind == Kind::"red" };',
  'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"judicial" };',
  'forbid (principal, action, resource) when { resource.kind == Kind::"blue" };',
  'forbid (principal, action == Action::"disclose", resource) when { principal.groups.contains(Group::"south") };',
];
const FILES = ['federation/rules', ...ORGS.flatMap((each) => [`${each}/export`, `${each}/import`])];
/** Mostly rules that let notices through, so that sections differ. */
const rulesOfFile = fc.oneof(
  { weight: 5, arbitrary: fc.subarray(RULES.slice(4)).map((more) => [...RULES.slice(0, 1), ...more]) },
  { weight: 3, arbitrary: fc.subarray(RULES.slice(2)).map((more) => [...RULES.slice(1, 2), ...more]) },
  { weight: 1, arbitrary: fc.subarray(RULES, { minLength: 1 }) },
);
const anyRules = fc
  .tuple(...FILES.map(() => rulesOfFile))
  .map((texts) =>
    Object.fromEntries(
      texts.map((rules, at) => [`${FILES[at]}.cedar`, rules.map((text) => rule(text)).join('\n')]),
    ),
  );
const viewers = fc.constantFrom<OrgId | 'federation'>(...ORGS, 'federation');

describe('the list of excess', () => {
  test('equals the list that Cedar gives for the same records, under any rules', {
    tags: ['long'],
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRules,
        fc.array(fc.array(change, { minLength: 10, maxLength: 40 }), { minLength: 40, maxLength: 40 }),
        fc.tuple(viewers, fc.integer({ min: 1, max: 3 })),
        async (files, histories, [viewer, limit]) => {
          const by = judges(files);
          for (const changes of histories) {
            held(changes);
            expect(await overheld(viewer, by, limit)).toEqual(bruteForce(changes, viewer, by));
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  const revisionOf = (n: number, exp = EXP) => ({
    originator: alfa,
    id: IDS[n] ?? '',
    jti: `${IDS[n]}.1`,
    digest: `sd ${IDS[n]}.1`,
    number: 1,
    exp,
    attributes: JSON.stringify(attributes),
  });
  const shares = [{ to: bravo, sections: ['identity'] }];
  const closed = { 'alfa/export.cedar': rule('permit (principal, action == Action::"receive", resource);') };

  test('shows an organisation its own notices only', async () => {
    held([{ type: 'shared', revision: revisionOf(0), shares }]);
    expect(await overheld(alfa, judges(closed), 10)).toMatchObject([
      { recipient: bravo, sections: ['identity'] },
    ]);
    expect(await overheld(bravo, judges(closed), 10)).toEqual([]);
  });

  test('keeps an unseal, a restriction and the word of a holder when its revision is recorded in a second frame', () => {
    const change = { type: 'shared', revision: revisionOf(0), shares } as const;
    const pair = { originator: alfa, id: IDS[0] ?? '', recipient: bravo };
    const unsealed = {
      type: 'unsealed',
      ...pair,
      digest: `sd ${IDS[0]}.1`,
      section: 'judicial',
      action: 'a',
    } as const;
    const listed = () => index.held.list({ originator: alfa, after: undefined, now: 0, limit: 10 });
    held([change, unsealed, change]);
    expect(listed()).toMatchObject([{ sections: ['identity', 'judicial'], unsealed: ['judicial'] }]);
    held([change, { type: 'restricted', ...pair, sections: ['identity'] }, change]);
    expect(listed()).toMatchObject([{ sections: [] }]);
    held([change, { type: 'lost', ...pair, jti: null }, change]);
    expect(listed()).toEqual([]);
  });

  test('leaves out a notice that has ended by its time, and forgets it', async () => {
    const change = { type: 'shared', revision: revisionOf(0, 1_700_000_000), shares } as const;
    held([change]);
    expect(await overheld(alfa, judges(closed), 10)).toEqual([]);
    expect(index.held.forget(1_800_000_000, 10)).toBe(1);
    held([change, { type: 'extended', originator: alfa, id: IDS[0] ?? '', exp: EXP }]);
    expect(await overheld(alfa, judges(closed), 10)).toHaveLength(1);
    expect(index.held.forget(1_800_000_000, 10)).toBe(0);
  });

  test.each([
    ['', 'id-invalid'],
    ['alfa', 'id-invalid'],
    [`alfa/${IDS[0]}`, 'id-invalid'],
    [`alfa/${IDS[0]}/bravo/x`, 'usage'],
    [`bravo/${IDS[0]}/alfa`, 'usage'],
  ])(
    'refuses the cursor `%s`, which is not a `next` of the list of this viewer, as `%s`',
    async (after, code) => {
      const deps = {
        archive: { held: index.held },
        clock,
        signal: new AbortController().signal,
        bundle: 'b',
      };
      const asked = listOverheld({ viewer: alfa, after, limit: 1 }, { ...deps, excessOf: () => undefined });
      await expect(asked).rejects.toMatchObject({ code });
    },
  );
});
