import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { pull } from '../../../services/shared/bus/pull.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { fillIn } from '../../support/hub-reads.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

describe('router: a recipient whose PARKED is full', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let holding: NodeJS.Timeout | undefined;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => {
    clearInterval(holding);
    return hub.close();
  });

  /** Fills a recipient's PARKED stream to the last byte, and holds its first message so that no router pulls another. */
  async function fillParked(recipient: string): Promise<void> {
    const { core } = router;
    let count = 0;
    const put = async (size: number): Promise<boolean> => {
      const subject = `parked.${recipient}.europol.${count.toString(16).padStart(64, '0')}`;
      count += 1;
      return (await publishLatest(core, { subject, bytes: new Uint8Array(size) })) === 'stored';
    };
    await put(1);
    const [first] = await pull(core, sources.parked(parseOrgId(recipient)), { max: 1 });
    expect(first).toBeDefined();
    holding = setInterval(() => first?.working(), 1_000);
    for (let size = 1_000_000; size >= 64; size = Math.floor(size / 8)) while (await put(size));
  }

  const statusOf = async (jti: string): Promise<unknown> => {
    const answer = await europol.ask({ type: 'status', jtis: [jti] });
    return (answer['notices'] as readonly { readonly recipients: object }[])[0]?.recipients;
  };

  test('does not defer deliveries to others: a copy for another full recipient is parked, and delivered later', async () => {
    await fillIn(hub, 'interpol');
    const free = await fillIn(hub, 'afripol');
    await fillParked('interpol');
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    const [jti = ''] = (await europol.reportOn(sent)).notices.map((notice) => notice.jti);
    await until(
      'what became of the deliveries',
      async () => Object.keys((await statusOf(jti)) ?? {}).length === 2,
    );
    expect(await statusOf(jti)).toEqual({ afripol: 'parked', interpol: 'deferred' });
    await free();
    const afripol = await hub.gateway('afripol');
    await afripol.listen({ receipts: true });
    await until('the receipt', () => europol.receipts.some(({ recipient }) => recipient === 'afripol'));
  });
});
