import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ALARM_NAMES, ALARMS } from '../../services/shared/runtime/alarm-table.js';
import { projectRoot } from '../../services/shared/runtime/root.js';

const page = readFileSync(join(projectRoot, 'docs/operate/alarms.md'), 'utf8');

/** The rows of the page's table: name, whether the alarm lasts, and its meaning. */
const rows = new Map(
  [...page.matchAll(/^\| `([a-z-]+)` \| (lasts|happened) \| ([^|]+) \| [^|]{10,} \|$/gm)].map(
    ([, name = '', ...words]) => [name, words],
  ),
);

/** The sources of the processes; the command line and the page only show alarms. */
function sources(): string {
  const services = join(projectRoot, 'services');
  const files = readdirSync(services, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('cli/') && !path.includes('alarm-table'),
  );
  return files.map((path) => readFileSync(join(services, path), 'utf8')).join('\n');
}

test('docs/operate/alarms.md says what to do about each alarm of the code, and lists no other', () => {
  const kinds = ALARM_NAMES.map((name) => [
    name,
    [ALARMS[name].lasts ? 'lasts' : 'happened', ALARMS[name].means],
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(kinds));
});

test('each alarm of the table is raised somewhere, and each that lasts is ended somewhere', () => {
  const text = sources();
  expect(ALARM_NAMES.filter((name) => !text.includes(`'${name}'`))).toEqual([]);
  const isEnded = (name: string): boolean =>
    new RegExp(`(?:end|follow|followCondition)\\(\\s*'${name}'`).test(text);
  expect(ALARM_NAMES.filter((name) => ALARMS[name].lasts && !isEnded(name))).toEqual([]);
});
