import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkFirstRelease } from '../../../services/cli/org/first-release/check-release.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { writeFederation, writeRules } from '../../support/joining/rehearsal-policies.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-first-rules-'));
const [policies, rules] = [join(folder, 'policies'), join(folder, 'rules')];
writeFederation(policies, ['alfa', 'bravo']);
writeRules(rules, 'alfa');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HUB = { policies, org: parseOrgId('alfa'), now: new Date('2027-01-31T00:00:00Z') };
const read = (layer: string) => readFileSync(join(rules, `${layer}.cedar`), 'utf8');
const sound = new Map(['export', 'import'].map((layer) => [`${layer}.cedar`, read(layer)] as const));

test('sound rules pass under the schema and the facts of the federation; what is no error is counted', async () => {
  expect(await checkFirstRelease(sound, HUB)).toEqual({ warnings: 0, notes: 0 });
  const twice = `${sound.get('import.cedar')}${sound.get('import.cedar')?.replace('00-red', '01-red')}`;
  const { warnings } = await checkFirstRelease(new Map([...sound, ['import.cedar', twice]]), HUB);
  expect(warnings).toBeGreaterThan(0);
});

test.each([
  ['export.cedar', 'permit (principal', /^alfa\/export\.cedar:1:\d+$/],
  [
    'import.cedar',
    '@id("x")\n@reason("x")\npermit (principal, action, resource) when { resource.nothing == 1 };',
    /^alfa\/import\.cedar:3:\d+$/,
  ],
])('rules with an error are refused with the place of it: %s', async (name, text, place) => {
  const error = await checkFirstRelease(new Map([...sound, [name, text]]), HUB).then(
    () => undefined,
    errorFrom,
  );
  expect(error?.code).toBe('release-refused');
  expect(error?.details[0]?.path).toMatch(place);
});
