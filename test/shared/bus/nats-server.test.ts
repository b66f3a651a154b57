import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { connectAs, connectService } from '../../../services/shared/bus/connect.js';
import { findNatsServer } from '../../../services/shared/bus/find-nats-server.js';
import { startNatsServer } from '../../../services/shared/bus/nats-server.js';
import { newSeed, publicNkey } from '../../../services/shared/bus/nkeys.js';
import { LiaisonError } from '../../../services/shared/kernel/errors.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { until } from '../../support/until.js';

const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-')));
const cacheDir = join(home.root, 'cache');
const silent = (): void => {};
let binary: string;

beforeAll(async () => {
  await initDemo(home);
  binary = await findNatsServer({ env: process.env, cacheDir, say: silent });
});
afterAll(() => rmSync(home.root, { recursive: true, force: true }));

const launch = () => ({
  binary,
  conf: home.nats('nats.conf'),
  key: readSecret(home.nats('js.key')),
  pidFile: home.nats('nats.pid'),
});

async function errorOf(attempt: Promise<unknown>): Promise<LiaisonError> {
  const thrown: unknown = await attempt.catch((error: unknown) => error);
  if (thrown instanceof LiaisonError) return thrown;
  throw new Error('expected a LiaisonError');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The commands of all processes. */
const commands = (): string => execFileSync('ps', ['-ww', '-e', '-o', 'args='], { encoding: 'utf8' });

describe('startNatsServer', () => {
  test('serves on the ports of its configuration, syncs always, and stops', async () => {
    const server = await startNatsServer(launch());
    expect(await server.monitoring.syncsAlways()).toBe(true);
    expect(Number(readFileSync(home.nats('nats.pid'), 'utf8'))).toBe(server.pid);
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  test('never passes the cipher key as an argument', async () => {
    const server = await startNatsServer(launch());
    expect(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain(launch().key);
    await server.stop();
  });

  test('stops a server that outlived its killed supervisor', async () => {
    const env = { PATH: process.env['PATH'], LIAISON_JS_KEY: launch().key };
    const orphan = spawn(binary, ['--config', home.nats('nats.conf')], {
      env,
      stdio: 'ignore',
      cwd: home.nats('.'),
    });
    const ended = new Promise((resolve) => orphan.once('exit', resolve));
    writeFileSync(home.nats('nats.pid'), `${orphan.pid}\n`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const server = await startNatsServer(launch());
    await ended;
    expect(server.pid).not.toBe(orphan.pid);
    await server.stop();
  });

  test('leaves no server when its supervisor is killed as it learns the process id', async () => {
    const built = join(projectRoot, 'dist/services/shared/bus/nats-server.js');
    const script = `
      const { startNatsServer } = await import(${JSON.stringify(built)});
      const onSpawned = () => process.kill(process.pid, 'SIGKILL');
      await startNatsServer({ ...${JSON.stringify(launch())}, onSpawned });`;
    const supervisor = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: 'inherit',
    });
    expect(await new Promise((resolve) => supervisor.once('exit', (_, by) => resolve(by)))).toBe('SIGKILL');
    await until('the server to end', () => !commands().includes(home.nats('nats.conf')));
  });

  test('does not end another program that the pid file names', async () => {
    writeFileSync(home.nats('nats.pid'), `${process.pid}\n`);
    const server = await startNatsServer(launch());
    expect(isAlive(process.pid)).toBe(true);
    await server.stop();
  });

  test('does not end the nats-server of another home; creating that home again ends it', async () => {
    const other = homeAt(mkdtempSync(join(tmpdir(), 'liaison-')));
    await initDemo(other);
    const stranger = await startNatsServer({
      binary,
      conf: other.nats('nats.conf'),
      key: readSecret(other.nats('js.key')),
      pidFile: other.nats('nats.pid'),
    });
    writeFileSync(home.nats('nats.pid'), `${stranger.pid}\n`);
    const server = await startNatsServer(launch());
    expect(isAlive(stranger.pid)).toBe(true);
    await server.stop();
    await initDemo(other, { force: true });
    await stranger.exited;
    expect(isAlive(stranger.pid)).toBe(false);
    rmSync(other.root, { recursive: true, force: true });
  });

  test('fails at once when a port is taken, with the port, its setting and what to do', async () => {
    const first = await startNatsServer(launch());
    const other = { ...launch(), pidFile: home.nats('other.pid') };
    const { code, message } = await errorOf(startNatsServer(other));
    expect(code).toBe('busy');
    const conf = readFileSync(other.conf, 'utf8');
    for (const setting of ['listen', 'http']) {
      const port = new RegExp(`^${setting}: "127.0.0.1:(\\d+)"$`, 'm').exec(conf)?.[1];
      expect(message).toContain(`port \`${port}\` of the broker (\`${setting}\`)`);
    }
    expect(message).toContain(
      `taken by another program: end it, or write another port into \`${other.conf}\``,
    );
    expect(isAlive(first.pid)).toBe(true);
    await first.stop();
  });

  test('refuses a server that does not sync always', async () => {
    const conf = home.nats('lazy.conf');
    writeFileSync(conf, readFileSync(home.nats('nats.conf'), 'utf8').replace('sync_interval: always', ''));
    expect((await errorOf(startNatsServer({ ...launch(), conf }))).code).toBe('config-invalid');
  });

  test('runs a copied home on the data of the copy, because its configuration has no absolute path', async () => {
    const copy = homeAt(join(mkdtempSync(join(tmpdir(), 'liaison-')), 'copy'));
    cpSync(home.root, copy.root, { recursive: true });
    const conf = copy.nats('nats.conf');
    const server = await startNatsServer({ ...launch(), conf, pidFile: copy.nats('nats.pid') });
    const { config } = (await (await fetch(`${server.monitoring.url}/jsz?config=true`)).json()) as {
      readonly config: { readonly store_dir: string };
    };
    await server.stop();
    expect(realpathSync(resolve(copy.nats('.'), config.store_dir))).toBe(
      realpathSync(copy.nats('data', 'jetstream')),
    );
    rmSync(dirname(copy.root), { recursive: true, force: true });
  });

  test('accepts an absolute data folder in its own home, and refuses it in a copy, naming the folder', async () => {
    const absolute = (): string =>
      readFileSync(home.nats('nats.conf'), 'utf8').replace(
        'store_dir: "data"',
        `store_dir: "${home.nats('data')}"`,
      );
    const conf = home.nats('absolute.conf');
    writeFileSync(conf, absolute());
    const server = await startNatsServer({ ...launch(), conf });
    await server.stop();
    const copy = mkdtempSync(join(tmpdir(), 'liaison-'));
    writeFileSync(join(copy, 'nats.conf'), absolute());
    const { code, message } = await errorOf(startNatsServer({ ...launch(), conf: join(copy, 'nats.conf') }));
    expect(code).toBe('config-invalid');
    expect(message).toContain(`\`${home.nats('data')}\``);
    expect(message).toContain('write `store_dir: "data"` into it');
    rmSync(copy, { recursive: true, force: true });
  });

  test('fails with the path of a missing configuration', async () => {
    const conf = home.nats('lost.conf');
    const { code, message } = await errorOf(startNatsServer({ ...launch(), conf }));
    expect(code).toBe('config-invalid');
    expect(message).toContain(conf);
  });

  test('refuses a configuration without an address', async () => {
    const conf = home.nats('empty.conf');
    writeFileSync(conf, '');
    expect((await errorOf(startNatsServer({ ...launch(), conf }))).code).toBe('config-invalid');
  });
});

describe('connectAs', () => {
  test('fails with `unauthorised` for a key that the broker does not know', async () => {
    const server = await startNatsServer(launch());
    const identity = { servers: server.url, seed: newSeed(), role: 'gateway', name: 'stranger' } as const;
    expect((await errorOf(connectAs(identity))).code).toBe('unauthorised');
    await server.stop();
  });

  test('fails with `unreachable` when no server listens', async () => {
    const identity = {
      servers: 'nats://127.0.0.1:9',
      seed: newSeed(),
      role: 'gateway',
      name: 'lost',
    } as const;
    expect((await errorOf(connectAs(identity))).code).toBe('unreachable');
  });

  test('reports when the connection is lost and when it is back', async () => {
    const server = await startNatsServer(launch());
    const heard: string[] = [];
    let back = (): void => {};
    const returned = new Promise<void>((resolve) => {
      back = resolve;
    });
    const bus = await connectAs({
      servers: server.url,
      seed: readSecret(home.hub('router', 'core.nk')),
      role: 'router',
      name: 'router',
      onConnectionEvent: ({ type }) => {
        heard.push(type);
        if (type === 'reconnected') back();
      },
    });
    await server.stop();
    const again = await startNatsServer(launch());
    await returned;
    expect(heard).toEqual(['disconnected', 'reconnected']);
    expect(bus.isConnected()).toBe(true);
    await bus.close();
    expect(await bus.closed).toBeUndefined();
    await again.stop();
  });
});

describe('finding nats-server', () => {
  const fake = (folder: string): string => {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'nats-server');
    copyFileSync('/bin/true', path);
    chmodSync(path, 0o755);
    return path;
  };

  test('the program in LIAISON_NATS_SERVER comes first, and no other is tried when it cannot be run', async () => {
    const path = fake(join(home.root, 'named'));
    const search = (named: string) =>
      findNatsServer({ env: { LIAISON_NATS_SERVER: named, PATH: '/usr/sbin' }, cacheDir, say: silent });
    expect(await search(path)).toBe(path);
    expect((await errorOf(search(join(home.root, 'nothing')))).code).toBe('config-invalid');
  });

  test('a nats-server on the PATH comes next', async () => {
    const path = fake(join(home.root, 'on-path'));
    const env = { PATH: `${join(home.root, 'nowhere')}:${join(home.root, 'on-path')}` };
    expect(await findNatsServer({ env, cacheDir, say: silent })).toBe(path);
  });

  test('connectService: a service reconnects also after the broker refused its key for a while', async () => {
    const server = await startNatsServer(launch());
    const bus = await connectService({
      servers: server.url,
      seed: readSecret(home.hub('router', 'core.nk')),
      role: 'router',
      name: 'router',
    });
    await server.stop();
    const text = readFileSync(home.nats('nats.conf'), 'utf8');
    const stranger = home.nats('stranger.conf');
    writeFileSync(
      stranger,
      text.replaceAll(publicNkey(readSecret(home.hub('router', 'core.nk'))), publicNkey(newSeed())),
    );
    const other = await startNatsServer({ ...launch(), conf: stranger });
    // Each attempt is refused; by default the client gives up after the second.
    await Promise.race([bus.closed, delay(2_000)]);
    expect(bus.isConnected()).toBe(false);
    await other.stop();
    const again = await startNatsServer(launch());
    await until('the connection', () => bus.isConnected());
    await bus.close();
    await again.stop();
  });
});
