import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EventSubject } from '../../../services/router/events.js';
import { createRecallWatch } from '../../../services/router/observe/recall-watch.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { equalDeadlines } from '../../../services/shared/notice/deadlines.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { alarmsFor } from '../../support/alarms-for.js';

const AT = Date.parse('2026-06-01T12:00:00Z');

/** A projection in which europol's notice `n` was recalled at `AT`, and bravo and charlie owe an answer. */
async function recalled() {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-recalls-'));
  const store = openRouterStore(join(folder, 'router.db'));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const about = { originator: 'europol', exp: AT / 1000 + 999 };
  const recall = { ...about, digest: 'd', id: 'n', number: AT, verb: 'cancel', frame: 'f', at: AT };
  await store.commit(() => {
    store.actions.add({ ...recall, extendsTo: null, bytes: new Uint8Array() });
    store.actions.add({ ...recall, digest: 'w', verb: 'withdraw', extendsTo: null, bytes: new Uint8Array() });
    for (const recipient of ['bravo', 'charlie'])
      for (const action of ['d', 'w'])
        store.actions.addAct({ ...about, action, recipient, frame: 'f', isEnding: true });
  });
  const answer = (recipient: string) => {
    const said = { type: 'destroyed', code: null, before: null, after: null, at: AT + 1 };
    const answered = { ...about, action: 'd', recipient, id: 'n', receipt: recipient, ...said };
    return store.commit(() => store.actions.answer(answered));
  };
  return { store, answer };
}

/** A directory in which only these members have left. */
function directoryOf(left: readonly string[]): Directory {
  const organisations = new Map(left.map((id) => [parseOrgId(id), { id, leftAt: new Date(AT) }]));
  return { organisations } as unknown as Directory;
}

/** A watch of these recalls, whose deadline is one minute, with the alarms that it has raised. */
function watchOf(store: RouterStore, left: readonly string[] = []) {
  const raised: (readonly [string, EventSubject])[] = [];
  const alarms = alarmsFor();
  let now = AT;
  const watch = createRecallWatch({
    store,
    directory: () => directoryOf(left),
    deadlines: equalDeadlines(60),
    clock: () => new Date(now),
    alarms,
    events: {
      alarm: (name, code, about = {}) => {
        raised.push([name, about]);
        alarms.raise(name, { code }, about);
      },
    },
  });
  return { watch, raised, alarms, pass: (ms: number) => (now += ms) };
}

test('router: each overdue answer to a recall is reported once, and the alarm ends with the last answer', async () => {
  const { store, answer } = await recalled();
  const { watch, raised, alarms, pass } = watchOf(store);
  watch.report();
  expect([watch.overdue(), raised]).toEqual([0, []]);
  pass(60_000);
  watch.report();
  watch.report();
  expect(raised).toEqual([
    ['recall-overdue', { originator: 'europol', recipient: 'bravo', notice: 'n' }],
    ['recall-overdue', { originator: 'europol', recipient: 'charlie', notice: 'n' }],
  ]);
  await answer('bravo');
  watch.report();
  expect(watch.overdue()).toBe(1);
  await answer('charlie');
  watch.report();
  expect([watch.overdue(), alarms.list().map(({ alarm }) => alarm)]).toEqual([0, []]);
});

test('router: a recall that a member which has left does not answer raises no alarm', async () => {
  const { store } = await recalled();
  const { watch, raised, pass } = watchOf(store, ['bravo']);
  pass(60_000);
  watch.report();
  expect(raised.map(([, { recipient }]) => recipient)).toEqual(['charlie']);
  watch.report();
  expect(watch.overdue()).toBe(1);
});

test('router: an overdue answer is reported also when 2,500 older answers are overdue', async () => {
  const { store, answer } = await recalled();
  await Promise.all(['bravo', 'charlie'].map(answer));
  const about = { originator: 'europol', exp: AT / 1000 + 999 };
  const add = (id: string, at: number, recipients: readonly string[]): void => {
    const recall = { ...about, digest: id, id, number: at, verb: 'cancel', frame: id, at };
    store.actions.add({ ...recall, extendsTo: null, bytes: new Uint8Array() });
    for (const recipient of recipients)
      store.actions.addAct({ ...about, action: id, recipient, frame: id, isEnding: true });
  };
  await store.commit(() => {
    for (const id of ['o', 'p'])
      add(
        id,
        AT,
        Array.from({ length: 1_250 }, (_, n) => `left-${n}`),
      );
    add('q', AT + 1_000, ['bravo']);
  });
  const { watch, raised, alarms, pass } = watchOf(store);
  pass(120_000);
  for (let round = 0; round < 6; round += 1) watch.report();
  expect(raised).toHaveLength(2_501);
  expect(raised.at(-1)?.[1]).toEqual({ originator: 'europol', recipient: 'bravo', notice: 'q' });
  expect([watch.overdue(), alarms.list().length]).toEqual([2_501, 1]);
});
