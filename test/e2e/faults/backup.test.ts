import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isCode } from '../../../services/shared/kernel/errors.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import {
  demoHome,
  liaison,
  removeHome,
  startFederation,
  type TestFederation,
} from '../../support/federation.js';
import { checkPromises, exampleDraft, localSystems } from '../../support/notices.js';
import { until } from '../../support/until.js';
import { raisedAlarms } from '../../support/observe/raised-alarms.js';

let home: Home;
let federation: TestFederation;
beforeAll(async () => {
  home = await demoHome();
  federation = await startFederation({ home });
});
afterAll(async () => {
  await federation?.close();
  removeHome(home);
});

/** `asked`: when it was submitted (Unix milliseconds). */
type Sent = { readonly org: string; readonly id: string; readonly asked?: number };
const KINDS = ['red', 'yellow', 'blue', 'green', 'orange', 'purple', 'silver'];
/** Alarms of parts whose states do not fit together. */
const DISAGREEING = [
  'file-behind',
  'ledger-damaged',
  'ledger-rolled-back',
  'log-forked',
  'record-missing',
  'restored',
  'restored-unproved',
  'statement-conflict',
  'submission-chain',
];
const beside = (name: string): string => join(home.root, '..', name);

/** Submits notices from every organisation until `stop`; `accepted` grows when a gateway has answered. */
function submitAlways(): { readonly accepted: readonly Sent[]; readonly stop: () => Promise<void> } {
  const accepted: Sent[] = [];
  const over = new AbortController();
  const loops = localSystems(federation).map(async ({ org, submit }) => {
    for (let at = 0; !over.signal.aborted; at += 1) {
      const asked = Date.now();
      accepted.push({ org, id: await submit(exampleDraft(KINDS[at % KINDS.length]!)), asked });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  });
  const stop = async (): Promise<void> => {
    over.abort();
    await Promise.all(loops);
  };
  return { accepted, stop };
}

async function backUp(): Promise<Readonly<Record<string, unknown>>> {
  const taken = await federation.cli('backup', beside('backup'), '--json');
  expect(taken.code, taken.stderr).toBe(0);
  return taken.records[0] ?? {};
}

test('a backup taken under load, restored at another path beside an empty broker: what was accepted before it is delivered once, nothing is half there, and no part misses what another one has', async () => {
  const traffic = submitAlways();
  const enough = (count: number): Promise<boolean> =>
    until(`${count} notices`, () => traffic.accepted.length >= count);
  await enough(14);
  await backUp();
  await enough(70);
  const before = [...traffic.accepted];
  const taken = await backUp();
  expect(taken['reused']).toBeGreaterThan(0);
  const done = Date.now();
  await enough(traffic.accepted.length + 35);
  await traffic.stop();
  // A gateway may have stored a notice before the backup, and answer after it.
  const after = traffic.accepted.filter(({ asked = 0 }) => asked > done);
  expect(after).not.toEqual([]);
  await federation.stop();
  rmSync(home.root, { recursive: true });

  const other = homeAt(beside('another/home'));
  const restored = await liaison(other, ['restore', beside('backup'), '--json']);
  expect(restored.code, restored.stderr).toBe(0);
  federation = await startFederation({ home: other });
  const systems = localSystems(federation);
  const isKnown = async ({ org, id }: Sent): Promise<boolean> => {
    const answer = await until(`${org} to answer`, () =>
      systems
        .find((one) => one.org === org)!
        .show(id)
        .then(
          () => 'known',
          (error) => isCode(error, 'not-found') && 'unknown',
        ),
    );
    return answer === 'known';
  };
  const known: Sent[] = [];
  for (const sent of traffic.accepted) if (await isKnown(sent)) known.push(sent);
  expect(known).toEqual(expect.arrayContaining(before));
  expect(known.filter((sent) => after.includes(sent))).toEqual([]);
  for (const { org, id } of known) await systems.find((one) => one.org === org)!.settled(id);
  const { promised, missing, duplicates } = await checkPromises(systems, known);
  expect(promised).toBeGreaterThan(known.length);
  expect({ missing, duplicates }).toEqual({ missing: [], duplicates: [] });
  const held = (await Promise.all(systems.map(({ inbox }) => inbox()))).flat();
  const strays: string[] = [];
  for (const { originator, id } of held)
    if (!(await isKnown({ org: originator, id }))) strays.push(`${id} of ${originator}`);
  expect(strays).toEqual([]);

  const later = await systems[0]!.submit(exampleDraft('red'));
  expect((await systems[0]!.settled(later)).state).toBe('settled');
  expect(await federation.cli('ledger', 'verify')).toMatchObject({ code: 0 });
  expect((await raisedAlarms(federation)).filter((name) => DISAGREEING.includes(name))).toEqual([]);
}, 600_000);
