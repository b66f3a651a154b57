import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SECTIONS } from '../../../services/shared/notice/kinds.js';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import { createExcessOf, type HeldShare } from '../../../services/shared/policy/overheld.js';
import { createPolicy } from '../../../services/shared/policy/plan.js';
import type { PolicySets } from '../../../services/shared/policy/policies.js';
import { anyRule, setOfTexts } from './any-rule.js';
import { attributes, bravo, facts, groupedSchema, loadWith, rule } from './folder.js';
import { anyNotice } from './questions.js';

const held: HeldShare = { recipient: bravo, attributes, sections: ['identity', 'judicial'], unsealed: [] };
const unsealed: HeldShare = { ...held, unsealed: ['judicial'] };

function excessWith(files: Readonly<Record<string, string>>) {
  const sets = loadWith(files);
  return createExcessOf({ engine: createCompiledEngine(sets, createCedarSlots()), sets, directory: facts });
}

const RECEIVE = 'permit (principal, action == Action::"receive", resource);';
const DISCLOSE = (section: string): string =>
  `permit (principal, action == Action::"disclose", resource) when { context.section == Section::"${section}" };`;
const FORBID = `forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"judicial" };`;
const OPEN = 'permit (principal, action, resource);';
const closedExport = { 'alfa/export.cedar': rule(RECEIVE) + rule(DISCLOSE('identity')) };

describe('what a recipient holds', () => {
  test('is no excess while every layer permits it', () => {
    expect(excessWith({})(held)).toBeUndefined();
  });

  test('is excess by section where a permit is gone, and as a whole where the notice is denied', () => {
    expect(excessWith(closedExport)(held)).toEqual({ whole: false, sections: ['judicial'] });
    const denied = { 'federation/rules.cedar': rule('forbid (principal, action, resource);') + rule(OPEN) };
    expect(excessWith(denied)(held)).toEqual({ whole: true, sections: ['identity', 'judicial'] });
  });

  test('that was addressed to it by a list stays addressed', () => {
    const listed = { ...held, attributes: { ...attributes, audience: 'listed' as const } };
    expect(excessWith({})(listed)).toBeUndefined();
  });

  test('by an unseal is no excess while only the permit of the export rules is missing', () => {
    expect(excessWith(closedExport)(unsealed)).toBeUndefined();
  });

  test('by an unseal is excess once an export rule forbids it', () => {
    const files = { 'alfa/export.cedar': `${closedExport['alfa/export.cedar']}${rule(FORBID)}` };
    expect(excessWith(files)(unsealed)).toEqual({ whole: false, sections: ['judicial'] });
  });

  test.each(['federation/rules.cedar', 'bravo/import.cedar'])(
    'by an unseal is excess without a permit in %s',
    (path) => {
      const files = { ...closedExport, [path]: rule(RECEIVE) + rule(DISCLOSE('identity')) };
      expect(excessWith(files)(unsealed)).toEqual({ whole: false, sections: ['judicial'] });
    },
  );

  test('is excess as a whole for an organisation without rules', () => {
    const stranger = { ...held, recipient: 'delta' as typeof bravo };
    expect(excessWith({})(stranger)?.whole).toBe(true);
  });
});

const base = loadWith({ 'schema.cedarschema': groupedSchema });
const SETS = [...base.sets.values()];

/** Returns the sets of all layers: each permits everything, and has some of these rules. */
function spread(texts: readonly string[]): PolicySets {
  const { sets, rules } = setOfTexts(base, [OPEN, ...texts]);
  const [open, ...more] = sets.get('federation')?.rules ?? [];
  const given = SETS.map(({ name, layer }, index) => {
    const own = more.filter((_, at) => at % SETS.length === index);
    return [name, { name, layer, rules: open === undefined ? own : [open, ...own] }] as const;
  });
  return { ...base, sets: new Map(given), rules };
}

test('excess: notices with any headers are judged as a policy decides them one by one, under any rules of any layer', () => {
  const tally = { none: 0, whole: 0, sections: 0 };
  const notices = fc.array(anyNotice(base.schema), { minLength: 12, maxLength: 12 });
  const rules = fc.array(anyRule, { minLength: SETS.length, maxLength: 3 * SETS.length });
  const property = fc.property(rules, notices, fc.subarray([...SECTIONS]), (texts, some, sections) => {
    const sets = spread(texts);
    const engine = createCompiledEngine(sets, createCedarSlots());
    const excessOf = createExcessOf({ engine, sets, directory: facts });
    const policy = createPolicy({ engine, sets, directory: facts });
    for (const notice of some) {
      for (const recipient of facts.organisations.keys()) {
        const asked = { attributes: notice, sections, recipients: [recipient], addressees: [recipient] };
        const [decision] = policy.decide(asked);
        const isWhole = decision === undefined || decision.outcome === 'denied';
        const withheld = isWhole ? sections.toSorted() : decision.withheld;
        const wanted = !isWhole && withheld.length === 0 ? undefined : { whole: isWhole, sections: withheld };
        expect(excessOf({ recipient, attributes: notice, sections, unsealed: [] })).toEqual(wanted);
        tally[wanted === undefined ? 'none' : isWhole ? 'whole' : 'sections'] += 1;
      }
    }
  });
  fc.assert(property, { numRuns: 60, endOnFailure: true });
  for (const count of Object.values(tally)) expect(count).toBeGreaterThan(50);
});
