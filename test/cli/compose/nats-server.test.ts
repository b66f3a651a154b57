import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { findNatsServer } from '../../../services/shared/bus/find-nats-server.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { answers, describeWhere } from '../../support/needs.js';
import { until } from '../../support/until.js';

/** A nats-server started by the script of the containers, with its output so far. */
interface Started {
  readonly script: ChildProcess;
  readonly output: () => string;
  readonly starts: () => number;
}

const LONE = 'no other server answers';
/** The script stops its server after two failed rounds of at most a second, half a second apart, within this time. */
const NOTICED_MS = 5_000;
const open: (() => void)[] = [];

async function start(peer: string, ...words: string[]): Promise<Started> {
  const search = { env: process.env, cacheDir: join(projectRoot, '.cache'), say: () => {} };
  const path = await findNatsServer(search);
  const script = spawn('sh', [join(projectRoot, 'scripts/docker/nats-server.sh'), ...words], {
    env: { ...process.env, PEERS: peer, PATH: `${dirname(path)}:${process.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  open.push(() => script.kill());
  let text = '';
  for (const stream of [script.stdout, script.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk));
  const output = (): string => text;
  return { script, output, starts: () => text.split('Server is ready').length - 1 };
}

interface Peer {
  readonly url: string;
  readonly server: Server;
  /** Stops answering requests, or answers them again. */
  cut(isCut: boolean): void;
  /** Resolves when the watching script has received answers; one alone may have been late. */
  met(): Promise<unknown>;
}

const ANSWERS = 3;

/** Starts the monitoring endpoint of another server. */
async function startPeer(): Promise<Peer> {
  let silent = false;
  let answered = 0;
  const server = createServer((_, answer) => {
    if (!silent) answer.end('ok', () => (answered += 1));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close() && server.closeAllConnections());
  const cut = (isCut: boolean): void => {
    silent = isCut;
  };
  const met = (): Promise<unknown> => {
    const enough = answered + ANSWERS;
    return until('the script to see another server', () => answered >= enough);
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, cut, met };
}

const ANY_PORT = ['-a', '127.0.0.1', '-p', '-1'];

describeWhere(answers('wget', ['--version']), 'the servers of the containers: install wget')(
  'a server of the composed cluster',
  () => {
    afterEach(() => {
      for (const close of open.splice(0)) close();
    });

    test('stops when no other server answers, and starts again when one does', async () => {
      const peer = await startPeer();
      const it = await start(peer.url, ...ANY_PORT);
      await until('ready', () => it.starts() === 1);
      await peer.met();
      peer.cut(true);
      await until('stopped', () => it.output().includes(LONE));
      await until('ended', () => it.output().includes('Server Exiting'));
      expect(it.starts()).toBe(1);
      peer.cut(false);
      await until('ready again', () => it.starts() === 2);
    });

    test('keeps running when it never met another server, and when another refuses connections', async () => {
      const peer = await startPeer();
      peer.cut(true);
      const lone = await start(peer.url, ...ANY_PORT);
      const refused = await startPeer();
      const met = await start(refused.url, ...ANY_PORT);
      await refused.met();
      refused.server.close();
      refused.server.closeAllConnections();
      await delay(NOTICED_MS);
      for (const { starts, output } of [lone, met]) {
        expect(starts()).toBe(1);
        expect(output()).not.toContain(LONE);
      }
    });

    test('ends with the script on SIGTERM, also while it waits for another server', async () => {
      const peer = await startPeer();
      const [running, waiting] = [await start(peer.url, ...ANY_PORT), await start(peer.url, ...ANY_PORT)];
      await until('ready', () => running.starts() > 0 && waiting.starts() > 0);
      running.script.kill('SIGTERM');
      await once(running.script, 'close');
      expect(running.output()).toContain('Server Exiting');
      await peer.met();
      peer.cut(true);
      await until('stopped', () => waiting.output().includes(LONE));
      waiting.script.kill('SIGTERM');
      await once(waiting.script, 'close');
      expect(waiting.starts()).toBe(1);
    });

    test('ends the script with its own exit code when it ends by itself', async () => {
      const peer = await startPeer();
      const { script, output } = await start(peer.url, '--config', '/nowhere.conf');
      const [code] = (await once(script, 'close')) as [number];
      expect(code, output()).toBe(1);
    });
  },
);
