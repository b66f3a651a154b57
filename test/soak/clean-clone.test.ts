import { expect, test } from 'vitest';
import { enableBareImage, hasBareImage, inBareContainer } from '../support/containers/bare-container.js';
import { describeWhere } from '../support/needs.js';

const lastLine = (output: string): string => output.trimEnd().split('\n').at(-1) ?? '';

describeWhere(hasBareImage, enableBareImage)('soak: in a bare Debian container without nats-server', () => {
  test('`npm test` in a fresh clone is green', async () => {
    const output = await inBareContainer('npm test --silent 2>/dev/null || true');
    expect(lastLine(output)).toMatch(/^\d+ passed, 0 failed/);
  }, 1_800_000);
});
