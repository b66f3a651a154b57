import { describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Section } from '../../../services/shared/notice/kinds.js';
import type { Engine } from '../../../services/shared/policy/engine.js';
import {
  type PolicyNotice,
  createPolicy,
  rowsFor,
  type PolicyDeps,
} from '../../../services/shared/policy/plan.js';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import { alfa, attributes, bravo, charlie, facts, loadWith, policyWith, rule } from './folder.js';

const asked: PolicyNotice = { attributes, sections: ['narrative', 'identity', 'media'] };
const forbid = (rest: string, id: string): string =>
  rule(`forbid (principal, action == Action::${rest};`, id);
const open = (id: string): string => rule('permit (principal, action, resource);', id);

describe('policy plan, deciding', () => {
  test('every member except the originator gets a decision, in the order of the directory', () => {
    const { policy } = policyWith();
    expect(policy.decide(asked)).toEqual(
      [bravo, charlie].map((recipient) => ({
        recipient,
        outcome: 'delivered',
        sections: ['identity', 'media', 'narrative'],
        withheld: [],
        advertised: [],
        obligations: [],
        rules: [
          { layer: 'federation', id: 'federation-rules-open', reason: 'because' },
          { layer: 'export', id: 'alfa-export-open', reason: 'because' },
          { layer: 'import', id: `${recipient}-import-open`, reason: 'because' },
        ],
      })),
    );
  });

  test('all three layers must allow; the first that does not is named with its rules', () => {
    const closed = (set: string): string => open(`${set}-base`) + forbid('"receive", resource)', `${set}-no`);
    for (const [file, layer] of [
      ['federation/rules.cedar', 'federation'],
      ['alfa/export.cedar', 'export'],
      ['bravo/import.cedar', 'import'],
    ] as const) {
      const { policy } = policyWith({ [file]: closed(layer) });
      const [decision] = policy.decide({ ...asked, recipients: [bravo] });
      expect(decision).toMatchObject({ outcome: 'denied', layer, sections: [], withheld: [] });
      expect(decision?.rules.map(({ id }) => id)).toEqual([`${layer}-no`]);
    }
  });

  test('a deny for want of a permit names no rules', () => {
    const { policy } = policyWith({
      'bravo/import.cedar': rule('permit (principal, action == Action::"disclose", resource);'),
    });
    expect(policy.decide({ ...asked, recipients: [bravo] })).toMatchObject([
      { outcome: 'denied', layer: 'import', rules: [] },
    ]);
  });

  test('an organisation cannot open what another closes: export and import apply to their own side only', () => {
    const shut = forbid('"receive", resource)', 'shut');
    const { policy } = policyWith({ 'charlie/export.cedar': shut, 'alfa/import.cedar': open('a') });
    expect(policy.decide(asked).map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
    expect(
      policy
        .decide({ ...asked, attributes: { ...attributes, originator: charlie } })
        .map(({ outcome }) => outcome),
    ).toEqual(['denied', 'denied']);
  });

  test('sections are withheld one by one, and the decision carries the obligations of the deciding rules', () => {
    const { policy } = policyWith({
      'alfa/export.cedar': [
        open('base'),
        rule('@obligation("keep-it") permit (principal, action == Action::"receive", resource);', 'keep'),
        rule(
          '@obligation("compare-only") permit (principal, action == Action::"disclose", resource) when { context.section == Section::"media" };',
          'compare',
        ),
        rule(
          '@obligation("unused") permit (principal, action == Action::"disclose", resource) when { context.section == Section::"assets" };',
          'unused',
        ),
        forbid('"disclose", resource) when { context.section == Section::"identity" }', 'no-identity'),
      ].join(''),
      'bravo/import.cedar':
        open('import') +
        forbid('"disclose", resource) when { context.section == Section::"media" }', 'no-media'),
    });
    const [first, second] = policy.decide(asked);
    expect(first).toMatchObject({
      outcome: 'redacted',
      sections: ['narrative'],
      withheld: ['identity', 'media'],
      obligations: ['keep-it'],
    });
    expect(second).toMatchObject({
      sections: ['media', 'narrative'],
      withheld: ['identity'],
      obligations: ['compare-only', 'keep-it'],
    });
    expect(first?.rules.map(({ id }) => id)).toEqual([
      'federation-rules-open',
      'base',
      'keep',
      'no-identity',
      'import',
      'no-media',
    ]);
  });

  test('federation and export alone decide on advertising, and only withheld sections are advertised', () => {
    const { policy } = policyWith({
      'alfa/export.cedar':
        open('base') + forbid('"advertise", resource) when { context.section == Section::"media" }', 'quiet'),
      'bravo/import.cedar': [
        open('import'),
        forbid('"disclose", resource) unless { context.section == Section::"narrative" }', 'little'),
        forbid('"advertise", resource)', 'no-effect'),
      ].join(''),
    });
    expect(policy.decide({ ...asked, recipients: [bravo] })).toMatchObject([
      { sections: ['narrative'], withheld: ['identity', 'media'], advertised: ['identity'] },
    ]);
  });
});

describe('policy plan, before any rule', () => {
  test('equal denies without rules are the same object', () => {
    const { policy } = policyWith();
    const once = policy.decide({ ...asked, excluded: [bravo] });
    const again = policy.decide({ ...asked, excluded: [bravo, charlie] });
    expect(again[0]).toBe(once[0]);
    expect(again[1]).toMatchObject({ recipient: charlie, because: 'excluded' });
  });

  test('an excluded recipient gets nothing, whatever the rules are', () => {
    const { policy } = policyWith();
    expect(policy.decide({ ...asked, excluded: [bravo] })[0]).toEqual({
      recipient: bravo,
      outcome: 'denied',
      sections: [],
      withheld: [],
      advertised: [],
      obligations: [],
      rules: [],
      because: 'excluded',
    });
  });

  test('with audience listed only addressees receive; without a list no member does', () => {
    const { policy } = policyWith();
    const listed: PolicyNotice = { ...asked, attributes: { ...attributes, audience: 'listed' } };
    expect(policy.decide({ ...listed, addressees: [charlie] }).map(({ because }) => because)).toEqual([
      'not-addressed',
      undefined,
    ]);
    for (const each of [listed, { ...listed, addressees: [] }]) {
      expect(policy.decide(each).map(({ because }) => because)).toEqual(['not-addressed', 'not-addressed']);
    }
  });

  test('a recipient that the router closes is denied', () => {
    const { policy } = policyWith();
    const closed = new Map([[charlie, 'suspended' as const]]);
    expect(policy.decide({ ...asked, closed }).map(({ because }) => because)).toEqual([
      undefined,
      'suspended',
    ]);
  });

  test('an empty recipient list gives no decisions; the originator and non-members never get one', () => {
    const { policy } = policyWith();
    expect(policy.decide({ ...asked, recipients: [] })).toEqual([]);
    expect(policy.decide({ ...asked, recipients: [alfa, parseOrgId('nobody')] })).toEqual([]);
  });
});

describe('policy plan, on what it cannot evaluate', () => {
  test('an unknown section is withheld and not advertised, without an alarm', () => {
    const { policy, faults } = policyWith();
    const sections = ['identity', 'astrology'] as unknown as Section[];
    expect(policy.decide({ ...asked, sections, recipients: [bravo] })).toMatchObject([
      { outcome: 'redacted', sections: ['identity'], withheld: ['astrology'], advertised: [] },
    ]);
    expect(faults).toEqual([]);
  });

  test('with H3, a recipient that may not see the handling note gets nothing', () => {
    const text =
      open('import') +
      forbid('"disclose", resource) when { context.section == Section::"handlingNote" }', 'no-note');
    const { policy } = policyWith({ 'bravo/import.cedar': text });
    const noted: PolicyNotice = {
      attributes: { ...attributes, codes: ['H3'] },
      sections: ['identity', 'handlingNote'],
    };
    expect(policy.decide(noted)).toMatchObject([
      { outcome: 'denied', layer: 'import', rules: [{ id: 'no-note' }] },
      { outcome: 'delivered' },
    ]);
    expect(policy.decide({ ...noted, attributes })).toMatchObject([
      { outcome: 'redacted', withheld: ['handlingNote'] },
      {},
    ]);
  });

  test('an engine error denies even when the engine allows, and is reported', () => {
    const engine: Engine = {
      evaluate: () => ({ decision: 'allow', rules: ['alfa-export-open'], errors: ['broken'] }),
    };
    const { policy, faults } = policyWith({}, { engine });
    expect(policy.decide(asked).map(({ outcome }) => outcome)).toEqual(['denied', 'denied']);
    expect(faults).toContainEqual({
      set: 'federation',
      recipient: 'bravo',
      permission: 'receive',
      messages: ['broken'],
    });
  });

  test('a missing set denies and is reported', () => {
    const sets = loadWith();
    const without = { ...sets, sets: new Map([...sets.sets].filter(([name]) => name !== 'federation')) };
    const { policy, faults } = policyWith(
      {},
      { sets: without, engine: createCompiledEngine(without, createCedarSlots()) },
    );
    expect(policy.decide(asked)).toMatchObject([
      { outcome: 'denied', layer: 'federation', rules: [] },
      { outcome: 'denied' },
    ]);
    expect(faults[0]).toMatchObject({ set: 'federation', messages: ['no set `federation`'] });
  });

  test('a notice with a word in no vocabulary is denied and reported', () => {
    const { policy, faults } = policyWith();
    const strange = { ...attributes, kind: 'rde' } as unknown as typeof attributes;
    expect(policy.decide({ ...asked, attributes: strange }).map(({ outcome }) => outcome)).toEqual([
      'denied',
      'denied',
    ]);
    expect(faults.length).toBeGreaterThan(0);
  });

  test('a consent for a non-member changes nothing', () => {
    const text = rule(
      'permit (principal, action, resource) when { resource.consents.contains(principal.id) };',
    );
    const { policy, faults } = policyWith({ 'alfa/export.cedar': text });
    const consents = [parseOrgId('stranger'), bravo];
    expect(
      policy.decide({ ...asked, attributes: { ...attributes, consents } }).map(({ outcome }) => outcome),
    ).toEqual(['delivered', 'denied']);
    expect(faults).toEqual([]);
  });
});

describe('policy plan, caching', () => {
  /** Returns a policy that counts its calls into the engine. */
  function counted(files: Readonly<Record<string, string>> = {}, options: Partial<PolicyDeps> = {}) {
    const sets = loadWith(files);
    const inner = createCompiledEngine(sets, createCedarSlots());
    let calls = 0;
    const engine: Engine = { evaluate: (set, question) => (calls++, inner.evaluate(set, question)) };
    const policy = createPolicy({ engine, sets, directory: facts, ...options });
    return { policy, calls: () => calls };
  }

  test('notices that differ only in what no rule reads share a plan', () => {
    const { policy, calls } = counted();
    policy.decide(asked);
    const before = calls();
    policy.decide({
      ...asked,
      attributes: { ...attributes, kind: 'blue', tlp: 'red', countries: [], personStatus: 'victim' },
    });
    policy.decide({ ...asked, sections: ['media'], excluded: [bravo] });
    expect(calls()).toBe(before);
  });

  test('notices are distinguished by what a rule reads of some originators alone', () => {
    const text = rule(
      'permit (principal, action, resource) when { resource.originator == OrgId::"alfa" && resource.kind == Kind::"red" };',
    );
    const { policy, calls } = counted({ 'bravo/import.cedar': text });
    const outcomeOf = (originator: typeof alfa, kind: 'red' | 'blue'): string | undefined =>
      policy.decide({ ...asked, recipients: [bravo], attributes: { ...attributes, originator, kind } })[0]
        ?.outcome;
    expect([outcomeOf(alfa, 'red'), outcomeOf(alfa, 'blue')]).toEqual(['delivered', 'denied']);
    expect(outcomeOf(charlie, 'red')).toBe('denied');
    const before = calls();
    expect(outcomeOf(charlie, 'blue')).toBe('denied');
    expect(calls()).toBe(before);
  });

  test('the rows of all plans are bounded, and in a large federation those of each member', () => {
    expect([1, 3, 7, 20].map(rowsFor)).toEqual([8192, 2730, 1170, 409]);
    for (const members of [2, 5, 30, 80]) expect(rowsFor(members) * members).toBeLessThanOrEqual(8192);
    expect(rowsFor(500)).toBe(96);
  });

  test('a plan does not depend on the sections of the notice that it was made for', () => {
    const { policy } = counted();
    expect(policy.decide({ ...asked, sections: [] })[0]).toMatchObject({
      outcome: 'delivered',
      sections: [],
    });
    expect(policy.decide(asked)[0]).toMatchObject({ sections: ['identity', 'media', 'narrative'] });
  });

  test('an evicted plan is made again with the same result', () => {
    const text = rule(
      'permit (principal, action, resource) when { resource.crimeAreas == [CrimeArea::"other"] };',
    );
    const { policy } = counted({ 'alfa/export.cedar': text }, { rowsPerOriginator: 0 });
    const other = { ...asked, attributes: { ...attributes, crimeAreas: ['other' as const] } };
    for (let turn = 0; turn < 3; turn++) {
      expect(policy.decide(asked)[0]?.outcome).toBe('denied');
      expect(policy.decide(other)[0]?.outcome).toBe('delivered');
    }
  });

  test('every snapshot has its own generation', () => {
    expect(policyWith().policy.generation).not.toBe(policyWith().policy.generation);
  });
});
