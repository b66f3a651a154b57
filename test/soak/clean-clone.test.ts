import { expect, test } from 'vitest';
import { enableBareImage, hasBareImage, inBareContainer } from '../support/containers/bare-container.js';
import { expectLawful } from '../support/expect-lawful.js';
import type { Json } from '../support/federation.js';
import { describeWhere } from '../support/needs.js';

const lastLine = (output: string): string => output.trimEnd().split('\n').at(-1) ?? '';

describeWhere(hasBareImage, enableBareImage)('soak: in a bare Debian container without nats-server', () => {
  test('`npm test` in a fresh clone is green', async () => {
    const output = await inBareContainer('npm test --silent 2>/dev/null || true');
    expect(lastLine(output)).toMatch(/^\d+ passed, 0 failed/);
  }, 1_800_000);

  test('`npm start -s -- --for 20s --json`: the last line is the summary; exit 0; nothing is left running', async () => {
    const left = 'readlink /proc/[0-9]*/exe | grep -cE "/(node|nats-server)$"';
    const output = await inBareContainer(`npm start -s -- --for 20s --json; echo "exit $?"; ${left} || true`);
    const lines = output.trimEnd().split('\n');
    expect(lines.slice(-2)).toEqual(['exit 0', '0']);
    expectLawful(JSON.parse(lines.at(-3) ?? '') as Json);
  }, 1_200_000);
});
