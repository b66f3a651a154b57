import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Entry } from '../../../services/shared/store/append/archived-entry.js';
import { type Hub, noticePart, startHub, waitUntil } from '../hub.js';
import { tokensOf } from '../hub-tokens.js';
import { newFolder } from '../log/opened-log.js';
import { getFrom } from '../log/shown-log.js';
import { startPatchedAuditor } from './patched-auditor.js';
import { type RunningMirror, runMirror } from './run-mirror.js';

let hub: Hub;
let entries: readonly Entry[];
beforeAll(async () => {
  hub = await startHub();
  entries = await Promise.all(Array.from({ length: 20 }, (_, at) => entryOf(at + 1, at + 1)));
});
afterAll(() => hub.close());

const entryOf = async (seq: number, number: number): Promise<Entry> => {
  const bytes = await hub.report('interpol', [noticePart(number)]);
  return { epoch: 'e', seq, subject: 'ledger.interpol', bytes };
};
const logOf = (all: readonly Entry[], cosigners: readonly string[] = []) => {
  return { listed: all, logged: all, cosigners };
};

/** A mirror, under the witness policy of the members, of an auditor whose ten entries all members cosigned. */
async function followed() {
  const auditor = await startPatchedAuditor(hub, logOf(entries.slice(0, 10), hub.broker.orgs));
  onTestFinished(() => auditor.close());
  const mirror = await runMirror(hub, { folder: newFolder(), url: auditor.url, witnesses: null });
  await waitUntil(() => mirror.reasons().length === 0 && mirror.archive.count() === 10);
  return { auditor, mirror };
}

interface Progress {
  readonly confirmedAt: string;
  readonly behind: number;
}

async function progressOf(mirror: RunningMirror): Promise<Progress> {
  const { operator: token } = tokensOf(hub);
  const answer = await getFrom(mirror, hub, { path: 'v1/ledger?viewer=federation', token });
  const { progress } = (await answer.json()) as { readonly progress: Progress };
  return progress;
}

/** Resolves once the mirror has asked the auditor, from the first question to the last, for what it serves now. */
async function asked(mirror: RunningMirror): Promise<void> {
  for (const _ of ['the try under way', 'the next one']) {
    const { confirmedAt } = await progressOf(mirror);
    await waitUntil(async () => (await progressOf(mirror)).confirmedAt !== confirmedAt);
  }
}

test('an auditor that lost what no quorum had cosigned is followed in the history that it signs instead', async () => {
  const { auditor, mirror } = await followed();
  await auditor.serve(logOf(entries.slice(0, 15)));
  await asked(mirror);
  expect(mirror.archive.count()).toBe(10);
  expect(await progressOf(mirror)).toMatchObject({ behind: 5 });
  const other = [...entries.slice(0, 10), ...entries.slice(15, 20)];
  await auditor.serve(logOf(other, hub.broker.orgs));
  await waitUntil(() => mirror.alarms().length > 0 || mirror.archive.count() === 15);
  expect(mirror.alarms()).toEqual([]);
  expect(mirror.reasons()).toEqual([]);
});

test('a checkpoint without a quorum that contradicts what a quorum cosigned is a fork', async () => {
  const { auditor, mirror } = await followed();
  await auditor.serve(logOf(entries.slice(5, 15)));
  await waitUntil(() => mirror.alarms().includes('log-forked log-forked'));
  expect(mirror.archive.count()).toBe(10);
});

test('a newest checkpoint without a quorum is followed up to the earlier one that a quorum cosigned, with the signature over its root', async () => {
  const { auditor, mirror } = await followed();
  const rooted = { size: 12, cosigners: hub.broker.orgs };
  await auditor.serve({ ...logOf(entries.slice(0, 15)), rooted });
  await waitUntil(() => mirror.archive.count() === 12);
  await asked(mirror);
  expect([mirror.archive.count(), (await progressOf(mirror)).behind]).toEqual([12, 3]);
  const path = 'v1/checkpoint/cose';
  const [own, shown] = await Promise.all([mirror, auditor].map((one) => getFrom(one, hub, { path })));
  expect([own?.status, await own?.json()]).toEqual([200, await shown?.json()]);
});

test('a signature over another root than that of its checkpoint is not taken', async () => {
  const { auditor, mirror } = await followed();
  const rooted = { size: 10, cosigners: hub.broker.orgs, signedRoot: Buffer.alloc(32, 7) };
  await auditor.serve({ ...logOf(entries.slice(0, 10), hub.broker.orgs), rooted });
  await waitUntil(() => mirror.alarms().includes('log-not-followed signature-invalid'));
  expect((await getFrom(mirror, hub, { path: 'v1/checkpoint/cose' })).status).toBe(404);
});
