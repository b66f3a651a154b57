import { describe, expect, test } from 'vitest';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import { createExcessOf, type HeldShare } from '../../../services/shared/policy/overheld.js';
import { attributes, bravo, facts, loadWith, rule } from './folder.js';

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
