import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RECIPIENT_EVENTS } from '../../services/shared/bus/accounts.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { type Json, startFederation, type TestFederation } from '../support/federation.js';
import { until } from '../support/until.js';

let federation: TestFederation;
beforeAll(async () => {
  federation = await startFederation();
  // A fixed seed, as random notices may contain too few red ones that are delivered in full.
  const invented = ['--count', '400', '--seed', 'tail'];
  await federation.cli('simulate', ...invented, '--rate', '80', '--rogue', '0', '--json');
});
afterAll(() => federation.close());

interface Shelled {
  readonly code: number | null;
  readonly records: readonly Json[];
  readonly stderr: string;
}

/** Runs a shell line; the exit code is that of `tail`, not of the last command in the pipe. */
function shell(line: string): Promise<Shelled> {
  const child = spawn('bash', ['-c', `${line}; exit "\${PIPESTATUS[0]}"`], {
    cwd: projectRoot,
    env: { ...process.env, NO_COLOR: '1', LIAISON_HOME: federation.home.root },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const lines = text.stdout.split('\n').filter((one) => one !== '');
      resolve({ code, records: lines.map((one) => JSON.parse(one) as Json), stderr: text.stderr });
    });
  });
}

const numbersOf = (records: readonly Json[]): readonly number[] => records.map(({ seq }) => Number(seq));

describe('tail --since', () => {
  test("`tail 'status.delivered.*.*.red' --since 1h --until-end --json | head`: the first ten past events, exit 0", async () => {
    const line = "scripts/liaison tail 'status.delivered.*.*.red' --since 1h --until-end --json";
    const all = await shell(line);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.records.length).toBeGreaterThan(10);
    for (const record of all.records) expect(record).toMatchObject({ event: 'delivered', kind: 'red' });
    const head = await shell(`${line} | head`);
    expect(head).toEqual({ code: 0, stderr: '', records: all.records.slice(0, 10) });
  });

  test('ends silently when its reader closes the pipe, in the middle of much output and while it waits', async () => {
    for (const more of ['--until-end', '']) {
      const { code, records, stderr } = await shell(
        `scripts/liaison tail --since 1h ${more} --json | head -n 1`,
      );
      expect([code, records.length, stderr]).toEqual([0, 1, '']);
    }
  });

  test('continues with new events, and loses and repeats none between kept and new ones', async () => {
    const simulate = federation.cli('simulate', '--for', '10s', '--rogue', '0', '--json');
    const tails = [1, 2, 3].map(() => federation.cli('tail', '--since', '1h', '--for', '14s', '--json'));
    await simulate;
    const heard = await Promise.all(tails);
    const { records } = await federation.cli('tail', '--since', '1h', '--until-end', '--json');
    // Under load the tails end at different times: compares the events up to the first of these ends.
    const last = Math.min(...heard.map(({ records: shown }) => numbersOf(shown).at(-1) ?? 0));
    const kept = numbersOf(records).filter((number) => number <= last);
    expect(kept.length).toBeGreaterThan(300);
    for (const one of heard) {
      expect(one.code).toBe(0);
      expect(one.records.filter((record) => 'gap' in record)).toEqual([]);
      expect(numbersOf(one.records).filter((number) => number <= last)).toEqual(kept);
    }
  });

  test('shows with `--org` what that organisation may see, as the console does', async () => {
    const words = ['--since', '1h', '--until-end', '--org', 'afripol', '--json'];
    const { code, records } = await federation.cli('tail', ...words);
    expect(code).toBe(0);
    expect(records.length).toBeGreaterThan(10);
    for (const record of records) {
      const mayKnow =
        record['originator'] === 'afripol' ||
        (record['recipient'] === 'afripol' && RECIPIENT_EVENTS.includes(String(record['event'])));
      expect(mayKnow, JSON.stringify(record)).toBe(true);
      expect(record['seq']).toBeUndefined();
    }
  });

  test('refuses `--until-end` without `--since`, an impossible subject, and denials of another organisation', async () => {
    for (const [words, code, exit] of [
      [['--until-end'], 'usage', 2],
      [['--since', 'yesterday'], 'usage', 2],
      [['ledger.>'], 'subject-invalid', 2],
      [['status.>.red', '--since', '1h'], 'subject-invalid', 2],
      [['status.denied.interpol.>', '--since', '1h', '--org', 'afripol'], 'forbidden', 2],
    ] as const) {
      const ended = await federation.cli('tail', ...words, '--json');
      expect([words, ended.code, JSON.parse(ended.stderr).code]).toEqual([words, exit, code]);
    }
  });
});

describe('tail without a console', () => {
  test('refuses `--since`, and still shows new events without it', async () => {
    await federation.freeze('console');
    try {
      const live = federation.cli('tail', 'status.submitted.>', '--count', '3', '--for', '150s', '--json');
      const { code, stderr } = await federation.cli('tail', '--since', '1h', '--json');
      expect([code, JSON.parse(stderr).code]).toEqual([4, 'timed-out']);
      await federation.cli('simulate', '--count', '10', '--rogue', '0', '--json');
      expect((await live).records.map(({ event }) => event)).toEqual(['submitted', 'submitted', 'submitted']);
    } finally {
      federation.kill('console', 'SIGCONT');
    }
  });
});

test('tail: shows with the key of an organisation only events of its own notices', async () => {
  const tail = federation.cli('tail', '--org', 'europol', '--count', '60', '--json');
  let isOver = false;
  void tail.then(() => (isOver = true));
  // It misses the events from before it listens.
  await until('the tail to end', async () => {
    await federation.cli('simulate', '--count', '60', '--rogue', '0', '--json');
    return isOver;
  });
  const { code, records, stderr } = await tail;
  expect([code, stderr]).toEqual([0, '']);
  expect(records.some(({ originator }) => originator === 'europol')).toBe(true);
  expect(records.some(({ recipient }) => recipient === 'europol')).toBe(true);
  for (const { event, originator, recipient } of records)
    expect([originator, recipient], String(event)).toContain('europol');
});
