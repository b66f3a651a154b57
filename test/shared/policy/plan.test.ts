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

describe('a decision', () => {
  test('is made for every member but the originator, in the order of the directory', () => {
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

  test('holds only when each of the three sets allows: the first that does not is named with its rules', () => {
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

  test('says no rules when nothing permits', () => {
    const { policy } = policyWith({
      'bravo/import.cedar': rule('permit (principal, action == Action::"disclose", resource);'),
    });
    expect(policy.decide({ ...asked, recipients: [bravo] })).toMatchObject([
      { outcome: 'denied', layer: 'import', rules: [] },
    ]);
  });

  test('one organisation cannot open what another closes: import and export concern their own side only', () => {
    const shut = forbid('"receive", resource)', 'shut');
    const { policy } = policyWith({ 'charlie/export.cedar': shut, 'alfa/import.cedar': open('a') });
    expect(policy.decide(asked).map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
    expect(
      policy
        .decide({ ...asked, attributes: { ...attributes, originator: charlie } })
        .map(({ outcome }) => outcome),
    ).toEqual(['denied', 'denied']);
  });

  test('withholds section by section, and carries the obligations of what decided', () => {
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

  test('advertises by federation and export alone, and only what is withheld', () => {
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

describe('before any rule', () => {
  test('who gets nothing for the same reason is told so by the same object, the next time too', () => {
    const { policy } = policyWith();
    const once = policy.decide({ ...asked, excluded: [bravo] });
    const again = policy.decide({ ...asked, excluded: [bravo, charlie] });
    expect(again[0]).toBe(once[0]);
    expect(again[1]).toMatchObject({ recipient: charlie, because: 'excluded' });
  });

  test('the excluded get nothing, whatever rules say', () => {
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

  test('with audience listed only addressees receive; without a list nobody does', () => {
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

  test('what the router knows closes a recipient', () => {
    const { policy } = policyWith();
    const closed = new Map([[charlie, 'suspended' as const]]);
    expect(policy.decide({ ...asked, closed }).map(({ because }) => because)).toEqual([
      undefined,
      'suspended',
    ]);
  });

  test('an empty recipient set is nobody, and never the originator or a stranger', () => {
    const { policy } = policyWith();
    expect(policy.decide({ ...asked, recipients: [] })).toEqual([]);
    expect(policy.decide({ ...asked, recipients: [alfa, parseOrgId('nobody')] })).toEqual([]);
  });
});

describe('what cannot be decided is not opened', () => {
  test('an unknown section is withheld, not advertised, and no alarm', () => {
    const { policy, faults } = policyWith();
    const sections = ['identity', 'astrology'] as unknown as Section[];
    expect(policy.decide({ ...asked, sections, recipients: [bravo] })).toMatchObject([
      { outcome: 'redacted', sections: ['identity'], withheld: ['astrology'], advertised: [] },
    ]);
    expect(faults).toEqual([]);
  });

  test('with H3 a recipient that may not see the handling note gets nothing', () => {
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

  test('an error of the engine denies, even if it says allow, and is told', () => {
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

  test('a missing set denies and is told', () => {
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

  test('a notice with a word in no vocabulary is denied and told', () => {
    const { policy, faults } = policyWith();
    const strange = { ...attributes, kind: 'rde' } as unknown as typeof attributes;
    expect(policy.decide({ ...asked, attributes: strange }).map(({ outcome }) => outcome)).toEqual([
      'denied',
      'denied',
    ]);
    expect(faults.length).toBeGreaterThan(0);
  });

  test('consent for somebody who is no member changes nothing', () => {
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

describe('plans', () => {
  /** A policy whose calls into the engine are counted. */
  function counted(files: Readonly<Record<string, string>> = {}, options: Partial<PolicyDeps> = {}) {
    const sets = loadWith(files);
    const inner = createCompiledEngine(sets, createCedarSlots());
    let calls = 0;
    const engine: Engine = { evaluate: (set, question) => (calls++, inner.evaluate(set, question)) };
    const policy = createPolicy({ engine, sets, directory: facts, ...options });
    return { policy, calls: () => calls };
  }

  test('a notice that differs in what no rule reads costs no evaluation', () => {
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

  test('tells notices apart by what a rule reads of some originators alone', () => {
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

  test('what all plans together may hold is bounded, and in a large federation what those of one member may', () => {
    expect([1, 3, 7, 20].map(rowsFor)).toEqual([8192, 2730, 1170, 409]);
    for (const members of [2, 5, 30, 80]) expect(rowsFor(members) * members).toBeLessThanOrEqual(8192);
    expect(rowsFor(500)).toBe(96);
  });

  test('a plan does not depend on the sections of the notice that made it', () => {
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
