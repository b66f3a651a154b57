import { expect, test } from 'vitest';
import { type ShownNotice, showNotice, showOutcome } from '../../../services/cli/notice/notice-table.js';
import { createOutput } from '../../../services/cli/terminal/output.js';
import { previewTable } from '../../../services/cli/notice/preview-table.js';

const { stdout, stderr } = process;
const output = { ...createOutput({ stdout, stderr, env: { NO_COLOR: '1' }, json: false }), width: 120 };

const receipt = { type: 'held', at: '2026-06-01T12:00:00.000Z', kid: 'afripol:receipt:1', verified: true };
const notice: ShownNotice = {
  id: '01977000-0000-7000-8000-000000000001',
  revision: 1,
  number: 1,
  state: 'settled',
  header: { kind: 'red', originator: 'europol' },
  recipients: [
    {
      org: 'afripol',
      outcome: 'redacted',
      sections: ['identity'],
      withheld: ['sources'],
      obligations: ['ask-first'],
      rules: [{ layer: 'export', id: 'eur-export-03', reason: 'core sections' }],
      receipt,
    },
    {
      org: 'gccpol',
      outcome: 'denied',
      sections: [],
      withheld: [],
      obligations: [],
      rules: [{ layer: 'federation', id: 'federation-01', reason: 'not accredited' }],
      receipt: null,
    },
    {
      org: 'ecopol',
      outcome: 'denied',
      sections: [],
      withheld: [],
      obligations: [],
      rules: [],
      receipt: null,
    },
  ],
};

test('showNotice: a denial shows the rule with its reason, or that no rule permits it', () => {
  const text = showNotice(notice, output, false);
  expect(text).toMatch(/gccpol +denied +– +– +federation-01 not accredited/);
  expect(text).toMatch(/ecopol +denied +– +– +no rule permits it/);
});

test('showNotice: prints the sections as submitted, with long texts cut and control characters escaped', () => {
  const sections = { identity: { name: 'Zoe \u009b31m' }, biometrics: { photo: 'x'.repeat(5_000) } };
  const text = showNotice({ ...notice, sections }, output, false);
  expect(text).toMatch(/section +content\n.*identity +\{"name":"Zoe \\u009b31m"\}/s);
  expect(text).toContain('(5,000 characters)');
  expect(text.length).toBeLessThan(1_500);
  expect(text).not.toMatch(/[\u007f-\u009f]/);
});

test('showNotice: names the missing scope for sections, and prints none for an ended notice', () => {
  expect(showNotice(notice, output, false)).toContain('no scope `notice:content`');
  expect(showNotice({ ...notice, state: 'ended', sections: null }, output, false)).not.toContain('section ');
  expect(showOutcome({ ...notice, sections: { identity: {} } }, output, false)).not.toContain('identity  {');
});

test('showNotice: a delivery shows receipt, withheld sections and obligations; rules only on request', () => {
  const text = showNotice(notice, output, false);
  expect(text).toContain('✓ held 12:00:00');
  expect(text).toContain('withheld: sources');
  expect(text).toContain('must: ask-first');
  expect(text).not.toContain('eur-export-03');
  expect(showNotice(notice, output, true)).toContain('eur-export-03 core sections');
});

test('previewTable: distinguishes seen, known and hidden sections, and shows why an organisation is denied', () => {
  const cell = (effect: 'disclose' | 'withhold', advertise: boolean) => ({
    effect,
    advertise,
    layer: 'export',
    rule: 'eur-export-03',
  });
  const recipients = [
    {
      org: 'afripol',
      outcome: 'redacted',
      sections: {
        identity: cell('disclose', false),
        judicial: cell('withhold', true),
        sources: cell('withhold', false),
      },
    },
    { org: 'gccpol', outcome: 'denied', layer: 'federation', rule: 'federation-01', sections: {} },
    { org: 'ecopol', outcome: 'denied', because: 'not-addressed', sections: {} },
  ];
  const text = previewTable({ header: {}, recipients }, { output, rules: false });
  expect(text).toMatch(/^identity +● +· +·$/m);
  expect(text).toMatch(/^judicial +○ +· +·$/m);
  expect(text).toMatch(/^sources +· +· +·$/m);
  expect(text).toMatch(/denied gccpol +federation federation-01/);
  expect(text).toMatch(/denied ecopol +not addressed/);
  expect(previewTable({ header: {}, recipients }, { output, rules: true })).toContain('● eur-export-03');
});
