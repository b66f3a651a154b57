import { describe, expect, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import {
  policyNoticeOfCounterexample,
  isCounterexample,
  parseCounterexample,
} from '../../../../services/shared/workbench/space/counterexample.js';
import { attributes } from '../../policy/folder.js';

const given = { header: attributes, from: 'alfa', to: 'bravo', section: 'media' };

describe('counterexample', () => {
  test('it is recognised by `from` and `to`, which a draft lacks', () => {
    expect(isCounterexample(given)).toBe(true);
    expect(isCounterexample({ header: {}, sections: {} })).toBe(false);
    expect(isCounterexample([])).toBe(false);
  });

  test('it survives JSON unchanged', () => {
    expect(parseCounterexample(JSON.parse(JSON.stringify(given)))).toEqual(given);
  });

  test('without an originator `from` is used, without a section it is about the whole notice', () => {
    const { originator, consents, ...header } = attributes;
    const parsed = parseCounterexample({ header, from: originator, to: 'bravo' });
    expect(parsed).toEqual({ ...given, header: { ...attributes, consents }, section: null });
  });

  test('it asks about its section alone, else about every section of its kind', () => {
    expect(policyNoticeOfCounterexample(parseCounterexample(given)).sections).toEqual(['media']);
    const whole = policyNoticeOfCounterexample(parseCounterexample({ ...given, section: null }));
    expect(whole.sections).toContain('judicial');
    expect(whole.sections).not.toContain('assets');
    expect(whole.addressees).toBeUndefined();
  });

  test('with a listed audience it is addressed to its recipient', () => {
    const header = { ...attributes, audience: 'listed' };
    expect(policyNoticeOfCounterexample(parseCounterexample({ ...given, header })).addressees).toEqual([
      'bravo',
    ]);
  });

  test.each([
    [{ ...given, form: 'alfa' }, '/form', 'did you mean `from`'],
    [{ ...given, to: undefined }, '/to', 'missing'],
    [{ ...given, to: 'Bravo!' }, '/to', 'expected an organisation'],
    [{ ...given, header: undefined }, '/header', 'missing'],
    [{ ...given, section: 'medai' }, '/section', 'did you mean `media`'],
    [{ ...given, header: { ...attributes, originator: 'bravo' } }, '/header/originator', 'expected `alfa`'],
    [{ ...given, header: { ...attributes, handling: {} } }, '/header/handling', 'unknown name'],
    [{ ...given, header: { ...attributes, codes: ['H9'] } }, '/header/codes/0', 'one of H0, H1, H2, H3'],
    [{ ...given, header: { ...attributes, tlp: undefined } }, '/header/tlp', 'missing'],
    [{ ...given, header: { ...attributes, purpose: 'arest' } }, '/header/purpose', 'did you mean `arrest`'],
    [{ ...given, header: { ...attributes, consents: [1] } }, '/header/consents/0', 'must be string'],
  ])('a malformed one is refused with the place of the fault: %#', (value, path, message) => {
    const thrown = (() => {
      try {
        return parseCounterexample(value);
      } catch (error) {
        return errorFrom(error);
      }
    })();
    expect(thrown).toMatchObject({ code: 'schema-invalid', details: [{ path }] });
    expect(thrown).toHaveProperty('message', expect.stringContaining(message));
  });

  test('an unknown kind is refused with the nearest one', () => {
    const rde = { ...given, header: { ...attributes, kind: 'rde' } };
    expect(() => parseCounterexample(rde)).toThrow('did you mean `red`');
  });
});
