import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { persistentPorts, type Ports, startOnPorts } from '../../../services/cli/up/ports.js';
import { homeAt } from '../../../services/shared/runtime/home.js';

const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-ports-')));
afterAll(() => rmSync(home.root, { recursive: true, force: true }));

/** Listens on a port, as another program. */
async function takePort(port: number | undefined): Promise<Server> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  return other;
}

const closed = (server: Server): Promise<unknown> => new Promise((resolve) => server.close(resolve));

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
    const others = await Promise.all(names.map((name) => takePort(kept[name])));
    const refused = persistentPorts(home, names, 300);
    await expect(refused).rejects.toMatchObject({ code: 'busy' });
    for (const name of names) await expect(refused).rejects.toThrow(`\`${kept[name]}\` of ${name}`);
    await expect(refused).rejects.toThrow(`delete \`${join(home.root, 'ports.json')}\``);
    await Promise.all(others.map(closed));
  });
});

describe('startOnPorts', () => {
  /** Another program takes the port of the router during each of the first starts. */
  async function startWhileTaken(takings: number) {
    const own = homeAt(mkdtempSync(join(home.root, 'home-')));
    const [tried, said, ended, others]: [Ports[], string[], Ports[], Server[]] = [[], [], [], []];
    const names = ['router', 'auditor'];
    const params = {
      home: own,
      names,
      end: async () => void ended.push(tried.at(-1)!),
      say: (words: string) => void said.push(words),
    };
    const start = async (ports: Ports): Promise<Ports> => {
      tried.push(ports);
      if (tried.length > takings) return ports;
      others.push(await takePort(ports['router']));
      throw new Error('the router ended while it started');
    };
    return { own, tried, said, ended, others, params, start };
  }

  test('chooses another port once for the process whose new port another program took during the start', async () => {
    const { own, tried, said, ended, others, params, start } = await startWhileTaken(1);
    const ports = await startOnPorts(params, start);
    expect(tried).toEqual([{ ...ports, router: tried[0]!['router'] }, ports]);
    expect(ports['router']).not.toBe(tried[0]!['router']);
    expect(ended).toEqual([tried[0]]);
    expect(said).toEqual([
      `another program took port \`${tried[0]!['router']}\` of router during the start: other ports are chosen`,
    ]);
    expect(await persistentPorts(own, params.names)).toEqual(ports);
    await Promise.all(others.map(closed));
  });

  test('names the port that another program took where a second choice is taken too', async () => {
    const { tried, others, params, start } = await startWhileTaken(2);
    const refused = await startOnPorts(params, start).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({
      code: 'busy',
      message: expect.stringContaining(
        `another program uses port \`${tried[1]!['router']}\` of router: end it`,
      ),
    });
    expect(tried).toHaveLength(2);
    await Promise.all(others.map(closed));
  });

  test('never replaces a port of an earlier start', async () => {
    const { own, tried, others, params, start } = await startWhileTaken(1);
    const kept = await persistentPorts(own, ['router']);
    await expect(startOnPorts(params, start)).rejects.toMatchObject({ code: 'busy' });
    expect(tried).toHaveLength(1);
    await Promise.all(others.map(closed));
    expect(await persistentPorts(own, params.names)).toMatchObject(kept);
  });

  test('rejects with the error of a start that failed for another reason', async () => {
    const { params } = await startWhileTaken(0);
    const start = () => Promise.reject(new Error('no disk'));
    await expect(startOnPorts(params, start)).rejects.toThrow('no disk');
  });
});
