import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { untilRoutersUse } from '../../../services/cli/org/until-routers-use.js';

/** Starts a router whose metrics have these versions, one after the other; the last one stays. */
async function router(
  ...versions: readonly number[]
): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const server = createServer((_, response) => {
    const version = versions[Math.min(asked, versions.length - 1)];
    asked += 1;
    response.end(`liaison_directory_version ${version}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

describe('the removal of an account', () => {
  test('waits until the last of two routers uses the version, or a later one', async () => {
    const [first, second] = [await router(8), await router(6, 6, 7)];
    await untilRoutersUse(7, {
      metrics: { router: first.url, 'router-2': second.url, auditor: 'http://127.0.0.1:1' },
    });
    expect(second.asked()).toBe(3);
  });

  test('does not wait for a router that does not answer, and not for ever for one that is behind', async () => {
    await untilRoutersUse(7, { metrics: { router: 'http://127.0.0.1:1' } });
    const behind = await router(6);
    await untilRoutersUse(7, { metrics: { router: behind.url } }, 300);
    expect(behind.asked()).toBeGreaterThan(1);
  });
});
