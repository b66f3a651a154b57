import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import type { RogueFrame } from '../../services/simulator/rogue-frames.js';
import { type Json, type Outcome, startFederation, type TestFederation } from '../support/federation.js';
import { until } from '../support/until.js';
import { publishRogue } from '../support/streams/publish-rogue.js';

let federation: TestFederation;
let rogue: RogueFrame;
let entry: string;
beforeAll(async () => {
  federation = await startFederation();
  rogue = await publishRogue(federation, 'foreign-statement');
});
afterAll(() => federation.close());

const quarantine = (...words: readonly string[]): Promise<Outcome> =>
  federation.cli('quarantine', ...words, '--json');
const only = ({ records, stderr }: Outcome): Json => {
  expect(records, stderr).toHaveLength(1);
  return records[0] ?? {};
};

describe('the quarantine verbs, with a rogue frame', () => {
  test('`list` shows reason, organisation, size, digest and time', async () => {
    const listed = await until('the entry', async () => {
      const { records } = await quarantine('list');
      return records.length > 0 ? records : undefined;
    });
    expect(listed).toMatchObject([
      { org: 'europol', reason: 'issuer-mismatch', size: rogue.bytes.length, state: 'open', what: 'message' },
    ]);
    entry = String(listed[0]?.['entry']);
    expect(entry).toMatch(/^[0-9a-f]{64}$/);
    expect(Date.parse(String(listed[0]?.['at']))).toBeGreaterThan(Date.now() - 600_000);
  });

  test('`show` prints the record, and never the bytes', async () => {
    const shown = await quarantine('show', entry.slice(0, 12));
    expect(only(shown)).toMatchObject({ entry, reason: 'issuer-mismatch', commands: [] });
    const human = await federation.cli('quarantine', 'show', entry.slice(0, 12));
    expect(human.stdout).toContain('issuer-mismatch');
    const tokens = tokensIn(rogue);
    expect(tokens.length).toBeGreaterThan(10);
    for (const { stdout } of [shown, human]) {
      for (const token of tokens) expect(stdout).not.toContain(token);
    }
  });

  test('`replay --dry-run` shows the result, and changes nothing', async () => {
    const tried = await quarantine('replay', entry.slice(0, 12), '--dry-run');
    expect(only(tried)).toMatchObject({ outcome: 'would-refuse', code: 'issuer-mismatch', verb: 'dry-run' });
    expect(tried.code).toBe(1);
  });

  test('`replay` processes the frame again, which is refused again; the entry stays open', async () => {
    const replayed = await quarantine('replay', entry.slice(0, 12));
    expect(only(replayed)).toMatchObject({ outcome: 'refused', code: 'issuer-mismatch', results: [] });
    expect(replayed.code).toBe(1);
    expect((await quarantine('list', '--open')).records).toMatchObject([{ entry }]);
  });

  test('`discard` requires a note and closes the entry, which is listed with the person and command', async () => {
    expect((await quarantine('discard', entry)).code).toBe(2);
    const discarded = await quarantine('discard', entry, '--note', 'a rogue of a test');
    expect(only(discarded)).toMatchObject({ outcome: 'discarded', note: 'a rogue of a test' });
    expect(discarded.code).toBe(0);
    expect((await quarantine('list', '--open')).records).toEqual([]);
    const [closed] = (await quarantine('list', '--closed')).records;
    expect(closed).toMatchObject({ entry, state: 'discarded' });
    expect(closed?.['commands']).toMatchObject(
      ['would-refuse', 'refused', 'discarded'].map((outcome) => ({
        outcome,
        person: 'demonstration operator',
      })),
    );
    expect(only(await quarantine('replay', entry))).toMatchObject({ outcome: 'refused', code: 'not-found' });
  });

  test('a command on a closed entry reports when, how and by whom it was closed', async () => {
    for (const words of [
      ['replay', entry],
      ['replay', entry, '--dry-run'],
      ['discard', entry, '--note', 'again'],
    ]) {
      const { code, stderr } = await quarantine(...words);
      expect([words, code, stderr]).toEqual([
        words,
        1,
        expect.stringMatching(/^already discarded 20\d\d-[-0-9]+ [:0-9]+ by demonstration operator$/m),
      ]);
    }
  });

  test('an unknown entry, and an invalid id, are refused', async () => {
    expect((await quarantine('show', '0000')).code).toBe(1);
    expect((await quarantine('show', 'europol')).code).toBe(2);
  });

  test('the operator key has mode 0600, and a key that is not an operator’s is refused before a command is sent', async () => {
    const { home } = federation;
    expect(statSync(home.operatorKey).mode & 0o777).toBe(0o600);
    const other = home.hub('router', 'hub.jwk');
    const refused = await quarantine('discard', entry, '--note', 'x', '--key', other);
    expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'key-invalid' });
    expect(refused.code).toBe(1);
  });

  test('a command to a stopped router notes that it waits, and ends when the router continues', async () => {
    await federation.freeze('router');
    const line = ['quarantine', 'replay', entry, '--dry-run', '--json', '--home', federation.home.root];
    const child = spawn(join(projectRoot, 'scripts/liaison'), line);
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    const ended = new Promise((resolve) => child.once('close', resolve));
    const isTold = (): boolean => said.err.includes('no router took the command yet: waiting up to 60 s');
    await until('the words', isTold).finally(() => federation.kill('router', 'SIGCONT'));
    expect(await ended).toBe(1);
    expect(JSON.parse(said.out)).toMatchObject({ verb: 'dry-run', code: 'not-found' });
  });

  test('after a kill of the router the same entries are listed, and a command still ends', async () => {
    const before = (await quarantine('list')).records;
    const killed = federation.kill('router');
    await federation.pidOf('router', killed);
    expect((await quarantine('list')).records).toEqual(before);
    await publishRogue(federation, 'unreadable');
    const found = await until('the next entry', async () => {
      return (await quarantine('list', '--open')).records[0];
    });
    const first = await quarantine('list', '--limit', '1');
    expect(first.records).toMatchObject([{ entry: found['entry'] }]);
    expect(first.stderr).toContain('for more, use --limit');
    expect((await quarantine('list')).stderr).not.toContain('more');
    const name = String(found['entry']).slice(0, 12);
    expect(only(await quarantine('discard', name, '--note', 'another'))).toMatchObject({
      outcome: 'discarded',
    });
  });
});

/** Returns every part of the signed notice: header, claims, signature, each disclosed section. */
function tokensIn({ bytes }: RogueFrame): readonly string[] {
  return (
    Buffer.from(bytes)
      .toString('latin1')
      .match(/[A-Za-z0-9_-]{40,}/g) ?? []
  );
}
