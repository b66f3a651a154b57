import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  type AcknowledgedAlarm,
  acknowledgedFiles,
  appendAcknowledged,
  readAcknowledged,
} from '../../../services/shared/store/acknowledged-alarms.js';

const ALARM = { process: 'router', alarm: 'foreign-record', code: 'record-foreign', place: null };
const at = (minute: number): string => new Date(Date.UTC(2026, 5, 1, 12, minute)).toISOString();
const words = (minute: number, reason = 'our own test'): AcknowledgedAlarm => {
  return { ...ALARM, by: 'A. Example', at: at(minute), reason };
};
const raised = (minute: number) => ({ ...ALARM, last: at(minute) });

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acknowledged-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'acknowledged.ndjson');
}

test('an alarm is acknowledged until it is raised again, and by the newest of two acknowledgements', () => {
  const path = newFile();
  expect(readAcknowledged(path)(raised(1))).toBeNull();
  appendAcknowledged(path, [words(2)]);
  expect(readAcknowledged(path)(raised(1))).toEqual({ by: 'A. Example', at: at(2), reason: 'our own test' });
  expect(readAcknowledged(path)(raised(3))).toBeNull();
  appendAcknowledged(path, [words(4, 'the same again')]);
  expect(readAcknowledged(path)(raised(3))?.reason).toBe('the same again');
  expect(readAcknowledged(path)(raised(5))).toBeNull();
});

test('an acknowledgement is about one process, alarm, code and place', () => {
  const path = newFile();
  appendAcknowledged(path, [words(2)]);
  const others = [{ process: 'router-2' }, { alarm: 'foreign-entry' }, { code: null }, { place: 'report' }];
  const found = others.map((other) => readAcknowledged(path)({ ...raised(1), ...other }));
  expect(found).toEqual([null, null, null, null]);
});

test('a line that was cut short hides no other; only its owner reads the file', () => {
  const path = newFile();
  appendAcknowledged(path, [words(2)]);
  appendFileSync(path, '{"by":"B","at":"20');
  appendAcknowledged(path, [{ ...words(3), process: 'auditor' }]);
  const found = readAcknowledged(path);
  expect([found(raised(1))?.at, found({ ...raised(1), process: 'auditor' })?.at]).toEqual([at(2), at(3)]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('the files do not grow with every acknowledgement that ever was', () => {
  const path = newFile();
  const many = Array.from({ length: 500 }, (_, index) => words(1, `${index} ${'x'.repeat(450)}`));
  for (let round = 0; round < 8; round += 1) appendAcknowledged(path, many);
  const sizes = acknowledgedFiles(path).map((file) => (existsSync(file) ? readFileSync(file).length : 0));
  expect(Math.max(...sizes)).toBeLessThan(1024 * 1024);
  expect(readAcknowledged(path)(raised(1))?.reason).toMatch(/^499 /);
});
