import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestDirectory, signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { changeMember } from '../../../services/cli/org/change-member.js';
import { verb as leave } from '../../../services/cli/org/org-leave.js';
import { verb as resume } from '../../../services/cli/org/org-resume.js';
import { verb as show } from '../../../services/cli/org/org-show.js';
import { verb as suspend } from '../../../services/cli/org/org-suspend.js';
import { createOutput } from '../../../services/cli/terminal/output.js';
import { lockDirectory } from '../../../services/cli/up/lock.js';
import type { Verb } from '../../../services/cli/verb.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { EUROPOL, hubAdmits, makeSite } from './admit-site.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-suspend-'));
const hub = homeAt(join(folder, 'hub'));
beforeAll(async () => {
  const request = await makeSite(homeAt(join(folder, 'site')));
  await hubAdmits(hub, request, join(folder, 'welcome.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run<Options>(verb: Verb<Options>, options: Options, id = 'europol'): Promise<unknown> {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0, isTTY: false } as never;
  const silent = { write: () => true, isTTY: false } as never;
  const output = createOutput({ stdout: stream, stderr: silent, env: {}, json: true });
  const stopping = new AbortController().signal;
  await verb.run({ args: [id], options, home: hub, env: {}, output, stopping });
  return JSON.parse(written.join(''));
}
const reason = 'keys stolen';
const europol = async () => (await newestDirectory(hub)).organisations.get(EUROPOL);

describe('`org suspend`, `org resume` and `org leave`', () => {
  test('sign the next version with the date, or without it, and log the reason', async () => {
    const { version } = await newestDirectory(hub);
    const suspended = await run(suspend, { reason });
    expect(suspended).toMatchObject({ id: 'europol', version: version + 1, already: false });
    expect(Date.now() - ((await europol())?.suspendedAt?.getTime() ?? 0)).toBeLessThan(60_000);
    expect(await run(suspend, { reason })).toMatchObject({ version: version + 1, already: true });
    expect(await run(resume, { reason: 'keys replaced' })).toMatchObject({
      version: version + 2,
      already: false,
    });
    expect(await europol()).not.toHaveProperty('suspendedAt');
    expect(await run(show, {})).toMatchObject({
      state: 'member',
      log: [
        { org: 'europol', verb: 'suspend', reason, version: version + 1 },
        { org: 'europol', verb: 'resume', reason: 'keys replaced', version: version + 2 },
      ],
    });
  });

  test('log further changes after a line that a full disk cut short, which is not shown', async () => {
    appendFileSync(hub.memberLog, '{"at":"2026-');
    await run(suspend, { reason: 'after the disk was full' });
    await run(resume, { reason });
    const { log } = (await run(show, {})) as { log: readonly object[] };
    expect(log.slice(-2)).toMatchObject([{ reason: 'after the disk was full' }, { reason }]);
  });

  test('a later version of the directory keeps the date of a suspension', async () => {
    await run(suspend, { reason });
    const since = (await europol())?.suspendedAt;
    await signHomeDirectory(hub, { now: new Date() });
    expect((await europol())?.suspendedAt).toEqual(since);
    expect(await run(show, {})).toMatchObject({ state: 'suspended', suspendedAt: since?.toISOString() });
    await run(resume, { reason });
  });

  test('`org leave` first ends the exchange, which `org resume` can undo, and only then removes the account', async () => {
    const codeOf = (call: Promise<unknown>) => call.catch((error: unknown) => errorFrom(error).code);
    expect(await codeOf(run(leave, { reason, now: true }))).toBe('usage');
    await run(leave, { reason });
    expect(await run(show, {})).toMatchObject({ state: 'leaving' });
    await run(resume, { reason });
    expect(await europol()).not.toHaveProperty('leavingAt');
  });

  test('hold the lock of the directory until the last step', async () => {
    const seen: (string | undefined)[] = [];
    const finish = async (): Promise<void> => {
      try {
        lockDirectory(hub).release();
      } catch (thrown) {
        seen.push(errorFrom(thrown).code);
      }
    };
    const change = { id: 'europol', reason, endsOf: () => undefined, say: () => undefined };
    await changeMember(hub, { ...change, verb: 'resume', finish });
    expect(seen).toEqual(['busy']);
    lockDirectory(hub).release();
  });

  test('refuse an organisation that is no member, and one that has left', async () => {
    const codeOf = (call: Promise<unknown>) => call.catch((error: unknown) => errorFrom(error).code);
    expect(await codeOf(run(suspend, { reason }, 'eurpol'))).toBe('organisation-unknown');
    await run(leave, { reason });
    expect(await run(leave, { reason, now: true })).toMatchObject({ leftAt: expect.any(String) });
    expect(await codeOf(run(leave, { reason }))).toBe('usage');
    expect(await codeOf(run(suspend, { reason }))).toBe('usage');
    expect(await codeOf(run(resume, { reason }))).toBe('usage');
    expect(await run(show, {})).toMatchObject({ state: 'left' });
  });
});
