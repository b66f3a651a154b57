import { describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { attributes, bravo, policyWith, rule } from './folder.js';

const ANY = 'permit (principal, action, resource);';
const RECEIVE = rule('permit (principal, action == Action::"receive", resource);', 'receive-only');
const without = (id: string): string =>
  rule(ANY, `${id}-any`) +
  rule(
    'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"judicial" };',
    id,
  );
const unseal = (files: Readonly<Record<string, string>>, recipient = bravo) =>
  policyWith(files).policy.unseal({ attributes, recipient, section: 'judicial' });

describe('an unseal', () => {
  test('is allowed where every layer permits, and where only the permit of the export rules is missing', () => {
    expect(unseal({})).toEqual({ open: true });
    expect(unseal({ 'alfa/export.cedar': RECEIVE })).toEqual({ open: true });
  });

  test('is refused without the permit of the federation or of the import rules', () => {
    expect(unseal({ 'federation/rules.cedar': RECEIVE })).toEqual({
      open: false,
      layer: 'federation',
      rules: [],
    });
    expect(unseal({ 'bravo/import.cedar': RECEIVE })).toEqual({ open: false, layer: 'import', rules: [] });
  });

  test('is refused to a holder that the export rules no longer permit the notice', () => {
    const nothing = rule('permit (principal, action == Action::"disclose", resource);', 'disclose-only');
    expect(unseal({ 'alfa/export.cedar': nothing })).toEqual({ open: false, layer: 'export', rules: [] });
  });

  test.each([
    ['federation', 'federation/rules.cedar'],
    ['export', 'alfa/export.cedar'],
    ['import', 'bravo/import.cedar'],
  ])('is refused with the rule that forbids it in the layer %s', (layer, file) => {
    expect(unseal({ [file]: without('no-judicial') })).toEqual({
      open: false,
      layer,
      rules: [{ layer, id: 'no-judicial' }],
    });
  });

  test('is refused by an export rule that cannot be evaluated, with its id', () => {
    const broken =
      rule(ANY) +
      rule('forbid (principal, action, resource) when { 9223372036854775807 + 1 > 0 };', 'broken');
    expect(unseal({ 'alfa/export.cedar': broken })).toEqual({
      open: false,
      layer: 'export',
      rules: [{ layer: 'export', id: 'broken' }],
    });
  });

  test('for an organisation that is no member has no verdict', () => {
    expect(unseal({}, parseOrgId('nobody'))).toBeUndefined();
  });
});
