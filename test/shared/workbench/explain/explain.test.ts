import { describe, expect, test } from 'vitest';
import type { PolicyNotice } from '../../../../services/shared/policy/plan.js';
import { createPolicy } from '../../../../services/shared/policy/plan.js';
import { explain } from '../../../../services/shared/workbench/explain/explain.js';
import { facts } from '../../../policies/sample.js';
import { alfa, attributes, bravo, charlie, rule } from '../../policy/folder.js';
import { workspaceOfRules } from '../workspace-of-rules.js';

const workspace = workspaceOfRules({
  'alfa/export.cedar': [
    rule(
      'permit (principal, action == Action::"receive", resource) when { resource.kind == Kind::"red" };',
      'red',
    ),
    rule(
      'permit (principal, action == Action::"receive", resource) when { resource.minor && resource.tlp == Tlp::"red" };',
      'far',
    ),
    rule(
      'permit (principal, action == Action::"receive", resource) when { resource.kind == Kind::"blue" && principal.groups.contains(Group::"north") };',
      'blue-north',
    ),
    rule(
      'permit (principal, action == Action::"disclose", resource) when { context.section == Section::"identity" };',
      'identity',
    ),
    rule(
      'permit (principal, action == Action::"disclose", resource) when { context.section == Section::"media" && !resource.minor };',
      'media',
    ),
    rule('permit (principal, action == Action::"advertise", resource);', 'told'),
  ].join(''),
  'charlie/import.cedar': [
    rule('permit (principal, action, resource);', 'charlie-all'),
    rule('forbid (principal, action == Action::"receive", resource) when { resource.minor };', 'no-minors'),
  ].join(''),
});
const asked = (notice: Partial<typeof attributes> = {}, more: Partial<PolicyNotice> = {}): PolicyNotice => ({
  attributes: { ...attributes, ...notice },
  sections: ['identity', 'media'],
  ...more,
});

describe('an explanation', () => {
  test('decides as the router does', () => {
    for (const notice of [{}, { minor: true }, { kind: 'blue' as const }, { kind: 'green' as const }]) {
      for (const recipient of [bravo, charlie]) {
        const [decision] = createPolicy(workspace).decide({ ...asked(notice), recipients: [recipient] });
        expect(explain(workspace, asked(notice), recipient).decision).toEqual(decision);
      }
    }
  });

  test('of a notice that is received names in each layer the rules that opened it', () => {
    const { receive, sections } = explain(workspace, asked(), bravo);
    expect(receive.open).toBe(true);
    expect(receive.layers.map(({ layer, rules }) => [layer, rules.map(({ id }) => id)])).toEqual([
      ['federation', ['federation-rules-open']],
      ['export', ['red']],
      ['import', ['bravo-import-open']],
    ]);
    expect(receive.layers.flatMap(({ nearMisses }) => nearMisses)).toEqual([]);
    expect(sections.map(({ section, advertise }) => [section, advertise])).toEqual([
      ['identity', undefined],
      ['media', undefined],
    ]);
  });

  test('of a closed layer gives the permits that nearly applied, the nearest first', () => {
    const { receive } = explain(workspace, asked({ kind: 'blue' }), charlie);
    const [, exported] = receive.layers;
    expect([receive.open, receive.layer, exported?.open]).toEqual([false, 'export', false]);
    expect(exported?.rules).toEqual([]);
    expect(exported?.nearMisses.map(({ id }) => id)).toEqual(['blue-north', 'red', 'far']);
    expect(exported?.nearMisses[0]?.conditions.map(({ holds }) => holds)).toEqual([true, false]);
  });

  test('of a layer that a rule closes gives that rule with its conditions', () => {
    const { receive } = explain(workspace, asked({ minor: true }), charlie);
    const closed = receive.layers.find(({ layer }) => layer === 'import');
    expect(closed?.rules).toMatchObject([
      { id: 'no-minors', effect: 'forbid', conditions: [{ holds: true }] },
    ]);
    expect(closed?.nearMisses).toEqual([]);
  });

  test('of a withheld section gives only permits that could be for it, and whether it may be known of', () => {
    const { sections } = explain(workspace, asked({ minor: true }), bravo);
    const media = sections.find(({ section }) => section === 'media');
    const exported = media?.disclose.layers.find(({ layer }) => layer === 'export');
    expect(exported?.nearMisses.map(({ id }) => id)).toEqual(['media']);
    expect(media?.advertise?.open).toBe(true);
    expect(media?.advertise?.layers.map(({ layer }) => layer)).toEqual(['federation', 'export']);
  });

  test('tells what decided before any rule, and what the rules would say', () => {
    const excluded = explain(workspace, asked({}, { excluded: [bravo] }), bravo);
    expect(excluded.decision.because).toBe('excluded');
    expect(excluded.receive.open).toBe(true);
    const listed = asked({ audience: 'listed' }, { addressees: [charlie] });
    expect(explain(workspace, listed, bravo).decision.because).toBe('not-addressed');
  });

  test('with H3 tells whether the words of the restriction may be read', () => {
    const { decision, receive, restriction } = explain(workspace, asked({ codes: ['H3'] }), bravo);
    expect([decision.outcome, receive.open, restriction?.open]).toEqual(['denied', true, false]);
    expect(explain(workspace, asked(), bravo).restriction).toBeUndefined();
  });

  test('leaves out consents for who is no member, as the router does', () => {
    const strangers = asked({ consents: [...facts.organisations.keys()] });
    expect(explain(workspace, strangers, bravo).receive.layers.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('is refused for who is no member, and for the originator itself', () => {
    expect(() => explain(workspace, asked(), 'barvo' as typeof bravo)).toThrow('did you mean `bravo`');
    expect(() => explain(workspace, asked(), alfa)).toThrow('`alfa` is the originator');
  });
});
