import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFollower } from '../../../services/router/ledger/follower.js';
import type { OpenedRecord } from '../../../services/router/ledger/reader.js';
import { createLedgerWriter } from '../../../services/router/ledger/writer.js';
import { createRollbackCheck } from '../../../services/router/ledger/rollback.js';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { lastOn } from '../../../services/shared/bus/direct-get.js';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { type OrgId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { openRouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';

const KiB = 1024;
const [europol, interpol] = [parseOrgId('europol'), parseOrgId('interpol')];

/** The writer of a router that was cut off and has not read what others wrote since. */
interface CutOff extends AsyncDisposable {
  readonly write: (org: OrgId, position: number) => Promise<number>;
}

async function cutOff(broker: Broker, core: Bus, head = 0): Promise<CutOff> {
  const store = openRouterStore(join(broker.home.root, 'cut-off.db'));
  let goOn = (): void => undefined;
  const later = new Promise<OpenedRecord>((resolve) => {
    goOn = () => resolve({ type: 'usable', apply: () => undefined });
  });
  const source = sources.ledgerRouter();
  const follower = createFollower({
    core,
    source,
    store,
    open: () => later,
    settled: () => Promise.resolve(),
    isRuledOut: async () => false,
    onForeign: () => undefined,
    onError: () => undefined,
  });
  await follower.enter((await consumerState(core, source)).epoch, head);
  const { signal } = new AbortController();
  const rollback = createRollbackCheck({ core, ledger: () => store.ledger });
  const writer = createLedgerWriter({ core, store, rollback, follower: () => follower, signal });
  return {
    write: (org, position) =>
      writer.write({
        org,
        position,
        digest: digest(`${org} ${position}`),
        bytes: Buffer.from(`of ${org}`),
        apply: ({ place }) => store.ledger.setLastSeq(org, place.seq),
      }),
    [Symbol.asyncDispose]: async () => {
      goOn();
      await follower.leave();
      await store.close();
    },
  };
}

/** Writes records of another organisation until the stream has dropped everything before. */
async function forgetAll(broker: Broker, core: Bus): Promise<void> {
  const { jsm } = await broker.connect('provision');
  await jsm.streams.update('LEDGER', { max_bytes: 8 * KiB });
  const message = { subject: subjects.ledger(interpol), bytes: Buffer.alloc(KiB) };
  for (let count = 0; count < 20; count += 1) await publishLatest(core, message);
}

describe('router ledger writer: behind records that the stream has dropped', () => {
  test('a router that has read them all may write', async () => {
    await using broker = await startBroker({ orgs: ['europol', 'interpol'] });
    const core = await broker.connect('router', 'CORE');
    await using router = await cutOff(broker, core);
    const first = await router.write(europol, 0);
    expect(await router.write(europol, first)).toBe(first + 1);
  });

  test.each([0, 1])('a router that knew %i and never read the rest may not write', async (known) => {
    await using broker = await startBroker({ orgs: ['europol', 'interpol'] });
    const core = await broker.connect('router', 'CORE');
    await using router = await cutOff(broker, core);
    for (let count = 0; count < known; count += 1) await router.write(europol, count);
    await publishLatest(core, { subject: subjects.ledger(europol), bytes: Buffer.from('a narrowing') });
    await forgetAll(broker, core);
    await expect(router.write(europol, known)).rejects.toMatchObject({ code: 'busy' });
    expect(await lastOn(core, { stream: 'LEDGER', subject: subjects.ledger(europol) })).toBeUndefined();
  });
});

describe('router ledger writer: a known sequence that the stream gives out again', () => {
  test('is refused as `ledger-damaged` and not applied', async () => {
    await using broker = await startBroker({ orgs: ['europol', 'interpol'] });
    const core = await broker.connect('router', 'CORE');
    await using router = await cutOff(broker, core, 5);
    await expect(router.write(europol, 0)).rejects.toMatchObject({ code: 'ledger-damaged' });
  });
});
