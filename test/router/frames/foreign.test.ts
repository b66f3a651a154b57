import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { noDisclosures } from '../../support/no-disclosures.js';

const EUROPOL = parseOrgId('europol');
const INTERPOL = parseOrgId('interpol');

describe('the router never uses what no router signed, raises an alarm, and keeps routing', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen({ receipts: true })]);
  });
  afterAll(() => hub.close());

  const goesOn = async (): Promise<void> => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    expect((await europol.reportOn(sent)).decisions).toMatchObject([
      { to: 'interpol', outcome: 'delivered' },
    ]);
  };
  const alarmed = (what: string) =>
    until(`an alarm about a ${what}`, () =>
      hub.events.some((event) => event.event === 'alarm' && event['what'] === what),
    );

  test('a ledger record', async () => {
    await goesOn();
    const sent = await europol.frame([await europol.issue()]);
    // A denial signed by an organisation that got access to CORE.
    const forged = await signReport(
      {
        reason: 'routing',
        org: EUROPOL,
        frame: sent.id,
        directory: 1,
        members: [EUROPOL, INTERPOL],
        policies: {},
        submission: null,
        disclosedOf: noDisclosures,
        parts: [],
      },
      { signer: interpol.notice, federation: 'demo', now: hub.clock() },
    );
    for (const bytes of [forged.bytes, Buffer.from('nothing at all')]) {
      await publishLatest(router.core, { subject: subjects.ledger(EUROPOL), bytes });
    }
    await alarmed('foreign-record');
    await europol.send(sent);
    expect((await europol.reportOn(sent)).notices).toHaveLength(1);
    await goesOn();
    await until('the auditor', async () => (await hub.auditor.records()).length >= 3);
  });

  test('a parked copy, even of a notice that the policies allow', async () => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await until('a delivery', () => interpol.held.some(({ frame }) => frame === sent.id));
    const held = interpol.held.find(({ frame }) => frame === sent.id);
    if (held === undefined) throw new Error('nothing held');
    const statement = await signDelivery(held.said, { signer: interpol.notice, now: hub.clock() });
    const subject = subjects.parked(INTERPOL, EUROPOL, sent.id);
    const count = interpol.held.length;
    await publishLatest(router.core, {
      subject,
      bytes: frames.delivery.encode({ ...held.delivery, statement }),
    });
    await alarmed('parked-copy-dropped');
    await until('the copy to be gone', async () => (await hub.broker.count('CORE', 'PARKED_interpol')) === 0);
    expect(interpol.held).toHaveLength(count);
    await goesOn();
  });

  test('a quarantine entry', async () => {
    const bytes = Buffer.from('planted');
    const claims = { iss: 'hub', iat: 1_700_000_000, org: 'europol', reason: 'expired', subject: 'x' };
    const statement = await signJws(
      'quarantine+jws',
      { ...claims, digest: digest(bytes), size: bytes.length },
      europol.notice,
    );
    await publishLatest(router.core, {
      subject: subjects.quarantine(EUROPOL),
      bytes: frames.quarantined.encode({ statement, bytes }),
    });
    await alarmed('foreign-entry');
    await goesOn();
  });
});
