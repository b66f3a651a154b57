import { expect, test } from 'vitest';
import { type OrgId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { mostReportBytes, roomForReport } from '../../../services/shared/ledger/report-size.js';

const orgs = (count: number): readonly OrgId[] =>
  Array.from({ length: count }, (_, index) => parseOrgId(String(index).padStart(8, 'a')));

test('full frames of notices to a few recipients are as large in a federation of 200 as in one of seven', () => {
  expect(64 * mostReportBytes(3, orgs(6))).toBeLessThanOrEqual(roomForReport(orgs(6)));
  expect(64 * mostReportBytes(3, orgs(199))).toBeLessThanOrEqual(roomForReport(orgs(199)));
  // Counts each recipient that rules are asked about, and none twice.
  expect(mostReportBytes(null, orgs(6))).toBeGreaterThan(mostReportBytes(3, orgs(6)));
  expect(mostReportBytes(200, orgs(6))).toBe(mostReportBytes(6, orgs(6)));
});
