import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { persistentPorts } from '../../../services/cli/up/ports.js';
import { homeAt } from '../../../services/shared/runtime/home.js';

const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-ports-')));
afterAll(() => rmSync(home.root, { recursive: true, force: true }));

describe('persistentPorts', () => {
  test('chooses ports at the first start and keeps them', async () => {
    const first = await persistentPorts(home, ['router', 'auditor']);
    expect(new Set(Object.values(first)).size).toBe(2);
    expect(await persistentPorts(home, ['router', 'auditor'])).toEqual(first);
  });

  test('adds a port for a new process without changing the others', async () => {
    const before = await persistentPorts(home, ['router', 'auditor']);
    const after = await persistentPorts(home, ['router', 'auditor', 'gateway-europol']);
    expect(after).toMatchObject(before);
    expect(after['gateway-europol']).toBeGreaterThan(0);
  });

  test('names every stored port that another program uses, with what to do', async () => {
    const kept = await persistentPorts(home, ['router', 'auditor']);
    const names = ['router', 'auditor'];
    const others = await Promise.all(
      names.map(async (name) => {
        const other = createServer();
        await new Promise<void>((resolve) => other.listen(kept[name], '127.0.0.1', resolve));
        return other;
      }),
    );
    const refused = persistentPorts(home, names, 300);
    await expect(refused).rejects.toMatchObject({ code: 'busy' });
    for (const name of names) await expect(refused).rejects.toThrow(`\`${kept[name]}\` of ${name}`);
    await expect(refused).rejects.toThrow(`delete \`${join(home.root, 'ports.json')}\``);
    await Promise.all(others.map((other) => new Promise((resolve) => other.close(resolve))));
  });
});
