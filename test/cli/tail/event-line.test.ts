import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { eventLine } from '../../../services/cli/tail/event-line.js';

const plain = picocolors.createColors(false);
const as = (width: number, isSimulated = false) => ({ paint: plain, width, isSimulated });
const event = {
  event: 'redacted',
  at: '2026-06-01T12:04:31.120Z',
  kind: 'red',
  originator: 'europol',
  recipient: 'afripol',
  jti: '01977000-0000-7000-8000-000000000001.1',
  sections: ['identity', 'description'],
  rules: ['eur-export-03'],
};

test('eventLine: shows time, event, kind, originator and recipient, notice, sections and rules', () => {
  expect(eventLine(event, as(150))).toBe(
    '12:04:31.120 redacted    red        europol → afripol      000000000001 identity description  eur-export-03',
  );
});

test('eventLine: is never wider than the terminal', () => {
  const long = { ...event, rules: Array.from({ length: 40 }, (_, index) => `rule-${index}`) };
  for (const width of [80, 100, 150]) expect(eventLine(long, as(width)).length).toBeLessThanOrEqual(width);
});

test('eventLine: shows a denial without a deciding rule as such', () => {
  const denied = { ...event, event: 'denied', sections: [], rules: [] };
  expect(eventLine(denied, as(150))).toContain('no rule permits it');
});

test('eventLine: leaves absent facts blank, and shows a code', () => {
  expect(eventLine({ event: 'alarm', code: 'auditor-silent' }, as(120))).toContain('auditor-silent');
});

test('eventLine: marks a refusal of a simulated attack', () => {
  const refused = { event: 'refused', originator: 'europol', code: 'signature-invalid' };
  expect(eventLine(refused, as(120, true))).toContain('signature-invalid simulated');
  expect(eventLine(refused, as(120))).not.toContain('simulated');
});
