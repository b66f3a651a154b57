import { expect, test } from 'vitest';
import type { ShownAdoption } from '../../../services/shared/wire/shown-adoption.js';
import { type ShownStatus, statusText } from '../../../services/cli/status/show-status.js';
import { createColors } from 'picocolors';

const NOW = '2026-06-01T14:00:00.000Z';

function textOf(adoption: ShownAdoption | null): string {
  const status: ShownStatus = {
    now: NOW,
    federation: { pid: 1, broker: '2.10.27' },
    processes: [],
    organisations: [],
    ledger: { records: 1, lag: 0, heartbeatAge: 1 },
    directory: { version: 1, staleIn: 60 },
    policies: {
      faulty: (adoption?.refused ?? null) !== null,
      digests: { schema: 'a', federation: 'b', 'europol/export': 'c' },
      adoption,
    },
    alarms: [],
    simulatedAlarms: [],
  };
  return statusText(status, { paint: createColors(false), width: 120, home: { log: () => 'router.ndjson' } });
}

const ADOPTED = { adopted: 'abcdef012345'.padEnd(64, '6'), since: '2026-06-01T12:00:00.000Z', refused: null };

test('status: prints the first twelve digits of the adopted digest and how long ago it was adopted', () => {
  expect(textOf(ADOPTED)).toContain('policies   2 sets in force, adopted abcdef012345 2 h ago');
  expect(textOf({ ...ADOPTED, adopted: null, since: null })).toContain('sets in force, none adopted');
  expect(textOf(null)).toContain('policies   2 sets in force, adopted ?');
});

test('status: lists each finding about a saved folder that is not adopted', () => {
  const finding = { place: 'europol/cases.yaml:3:5', message: 'the case "a" fails' };
  const text = textOf({ ...ADOPTED, refused: { code: 'policy-refused', findings: [finding] } });
  expect(text).toContain('the saved folder is not adopted: policy-refused');
  expect(text).toMatch(/europol\/cases\.yaml:3:5\s+the case "a" fails/);
});
