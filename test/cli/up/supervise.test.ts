import { spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Launched,
  type ProcessEvent,
  supervise,
  type Supervised,
} from '../../../services/cli/up/supervise.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { until } from '../../support/until.js';

/** Starts a real process that is ready at once, or never. */
function launch(script: string, serves: boolean): Launched {
  const child = spawn('/bin/sh', ['-c', script], { stdio: 'ignore' });
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  const failed = exited.then(() => Promise.reject(fail('unreachable', 'ended while it started')));
  failed.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready: serves ? Promise.resolve({ url: 'here' }) : failed,
    exited,
    kill: (signal) => void child.kill(signal),
  };
}

const stopped: Supervised[] = [];
afterEach(async () => {
  await Promise.all(stopped.splice(0).map((child) => child.stop()));
});

function watch(script: string, serves = true): { child: Supervised; events: ProcessEvent[] } {
  const events: ProcessEvent[] = [];
  const child = supervise({
    name: 'test',
    launch: () => Promise.resolve(launch(script, serves)),
    onEvent: (event) => void events.push(event),
  });
  stopped.push(child);
  return { child, events };
}

const count = (events: readonly ProcessEvent[], name: string): number =>
  events.filter(({ event }) => event === name).length;

describe('supervise', () => {
  test('restarts a process that died', async () => {
    const { child, events } = watch('exec sleep 60');
    expect(await child.ready).toEqual({ url: 'here' });
    const first = child.pid() ?? 0;
    child.kill('SIGKILL');
    const second = await until('a second run', () => {
      const pid = child.pid();
      return pid === first ? undefined : pid;
    });
    expect(second).not.toBe(first);
    expect(events).toContainEqual({ event: 'ended', process: 'test', pid: first, how: 'SIGKILL' });
  });

  test('gives up a process that is never ready after five starts, with the reason', async () => {
    const { child, events } = watch('exit 3', false);
    await expect(child.ready).rejects.toMatchObject({ code: 'unreachable' });
    expect(count(events, 'started')).toBe(5);
  });

  test('kills a process that is neither ready nor ended after its timeout, and restarts it', async () => {
    const late = Promise.reject(fail('timed-out', 'not ready'));
    late.catch(() => undefined);
    const events: ProcessEvent[] = [];
    const child = supervise({
      name: 'test',
      launch: () => Promise.resolve({ ...launch('exec sleep 60', true), ready: late }),
      onEvent: (event) => void events.push(event),
    });
    stopped.push(child);
    await expect(child.ready).rejects.toMatchObject({ code: 'timed-out' });
    expect(events.filter(({ event }) => event === 'ended')).toHaveLength(5);
    expect(events).toContainEqual(expect.objectContaining({ event: 'ended', how: 'SIGKILL' }));
  });

  test('does not restart a stopped process', async () => {
    const { child, events } = watch('exec sleep 60');
    await child.ready;
    await child.stop();
    expect(child.pid()).toBeUndefined();
    expect(count(events, 'started')).toBe(1);
    expect(count(events, 'ended')).toBe(1);
  });

  test('does not restart a process that was stopped between two runs', async () => {
    const { child, events } = watch('exit 0');
    await until('its end', () => count(events, 'ended') > 0);
    await child.stop();
    const started = count(events, 'started');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(count(events, 'started')).toBe(started);
  });
});
