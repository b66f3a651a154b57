import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

test('a rule that changes nothing in any example is a warning, as `policy check` counts it', async () => {
  const idle =
    '@id("alfa-import-01-blue")\n@reason("x")\nforbid (principal, action, resource) when { resource.kind == Kind::"blue" };\n';
  const files = new Map([...sound, ['import.cedar', `${sound.get('import.cedar')}${idle}`]]);
  expect(await checkFirstRelease(files, HUB)).toEqual({ warnings: 1, notes: 0 });
});

test('a schema at the hub that cannot be read is named with its place: without it no rule is checked', async () => {
  const broken = join(folder, 'broken');
  writeFederation(broken, ['alfa', 'bravo']);
  writeFileSync(join(broken, 'schema.cedarschema'), 'entity {');
  const error = await checkFirstRelease(sound, { ...HUB, policies: broken }).then(() => undefined, errorFrom);
  expect(error?.code).toBe('release-refused');
  expect(error?.details[0]?.path).toMatch(/^schema\.cedarschema:1:\d+$/);
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
