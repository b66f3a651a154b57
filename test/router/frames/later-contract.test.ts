import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameId } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';
import type { Outgoing } from '../../../services/shared/wire/subjects.js';
import { quarantined } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

/** The bytes with another contract in field 1. */
function later(bytes: Uint8Array): Uint8Array {
  const changed = Buffer.from(bytes);
  changed[1] = 2;
  return changed;
}

describe('router: a frame of a later contract', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    router = await hub.start();
    await hub.open(router);
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  async function sendLater(of: Outgoing, bytes: Uint8Array): Promise<void> {
    const { submission } = of === 'submission' ? frames.submissionFrame.decode(bytes) : { submission: bytes };
    const changed = later(bytes);
    await europol.publish(of, changed, frameId(of, europol.org, of === 'submission' ? submission : changed));
  }

  const noticeFrame = async (): Promise<Sent> => europol.frame([await europol.issue()]);
  const encoded = ({ submission }: Sent): Uint8Array => frames.submissionFrame.encode({ submission });
  const reasons = async () => (await quarantined(router.core)).map(({ reason }) => reason);

  /** Sends a notice behind whatever is in the queue, and waits for its report. */
  async function expectPassed(): Promise<void> {
    const behind = await noticeFrame();
    await europol.send(behind);
    expect((await europol.reportOn(behind)).notices).toHaveLength(1);
  }

  test('above the one that the directory lists for its sender is quarantined as unreadable, and the frames behind it pass', async () => {
    await sendLater('submission', encoded(await noticeFrame()));
    await sendLater('receipt', frames.receipt.encode({ statement: 'e30.e30.AA', receipts: [], changes: [] }));
    await sendLater('query', frames.query.encode({ query: 'of a later form' }));
    await expectPassed();
    await until('the entries', async () => (await reasons()).length === 3);
    expect(new Set(await reasons())).toEqual(new Set(['frame-unreadable']));
    expect(hub.events.filter(({ event, what }) => event === 'alarm' && what === 'frame-stuck')).toEqual([]);
  });

  test('that the directory lists for its sender is kept in quarantine under its code, and taken when it is offered again in a known one', async () => {
    await hub.amend((source) => ({
      ...source,
      organisations: {
        ...source.organisations,
        europol: { ...source.organisations['europol'], contract: 2 } as never,
      },
    }));
    await until('the version', () => hub.directory().organisations.get(europol.org)?.contract === 2);
    const sent = await noticeFrame();
    await sendLater('submission', encoded(sent));
    await expectPassed();
    await until('the entry', async () => (await reasons()).includes('contract-unknown'));
    await europol.send(sent);
    expect((await europol.reportOn(sent)).notices).toHaveLength(1);
  });
});
