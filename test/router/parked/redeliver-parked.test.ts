import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import { generateKey, importSigner, readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { Held, PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const EUROPOL = parseOrgId('europol');
const INTERPOL = parseOrgId('interpol');

describe('router: a parked copy', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let key: Signer;
  let held: Held;
  let isBroken = false;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    key = await readSigner(hub.broker.home.hub('router', 'hub.jwk'));
    const signer: Signer = {
      ...key,
      sign: async (typ, bytes) => {
        if (isBroken && typ === 'delivery+jws') throw fail('key-invalid', 'a key that does not sign');
        return key.sign(typ, bytes);
      },
    };
    router = await hub.start({ signer });
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await until('a delivery', () => interpol.held.length === 1);
    held = interpol.held[0] as Held;
    await until('the status', () => status() === 'delivered');
  });
  afterAll(() => hub.close());

  const pair = () => ({ originator: EUROPOL, frame: held.frame, recipient: INTERPOL });
  const status = () => router.store.deliveries.statusOf(pair());
  const parked = () => hub.broker.count('CORE', 'PARKED_interpol');
  /** How often the broker has handed out a copy. */
  const attempts = async (): Promise<number> => {
    const { stream, consumer } = sources.parked(INTERPOL);
    return (await router.core.jsm.consumers.info(stream, consumer)).delivered.consumer_seq;
  };
  /** Publishes a delivered copy to PARKED, as if it had been parked. */
  const park = async (signer: Signer, { at = hub.clock() }: { readonly at?: Date } = {}): Promise<void> => {
    await router.store.commit(() => router.store.deliveries.set(pair(), 'parked'));
    const statement = await signDelivery(held.said, { signer, now: at });
    const subject = subjects.parked(INTERPOL, EUROPOL, held.frame);
    const bytes = frames.delivery.encode({ ...held.delivery, statement });
    await publishLatest(router.core, { subject, bytes });
  };
  const isDelivered = async (): Promise<void> => {
    const count = interpol.held.length;
    await until('a delivery', () => interpol.held.length > count);
    await until('the copy to be gone', async () => (await parked()) === 0);
  };

  test('that is dropped is no longer reported as parked, so that the outbox offers it again', async () => {
    await park(interpol.notice);
    await until('the copy to be gone', async () => (await parked()) === 0);
    expect(status()).toBe('recorded');
  });

  test('whose key is not in the directory yet waits for the next directory', async () => {
    const next = await generateKey('hub:hub:2');
    const before = await attempts();
    await park(await importSigner(next));
    await until('the first attempt', async () => (await attempts()) > before);
    expect(await parked()).toBe(1);
    const delivered = isDelivered();
    await hub.amend((source) => {
      const [first] = source.hub.keys;
      if (first === undefined) throw new Error('no key');
      const listed = { ...first, kid: 'hub:hub:2', ...listedKeyOf(next) };
      return { ...source, hub: { ...source.hub, keys: [...source.hub.keys, listed] } };
    });
    await delivered;
  });

  test('signed in the future, because the clock was set back, waits until then', async () => {
    const before = await attempts();
    await park(key, { at: new Date(hub.clock().getTime() + 3_600_000) });
    await until('two attempts', async () => (await attempts()) > before + 1);
    expect(await parked()).toBe(1);
    const delivered = isDelivered();
    hub.clock.move(3_600_000);
    await delivered;
  });

  test('that keeps failing is dropped with an alarm and no longer reported as parked', async () => {
    isBroken = true;
    // What is left is narrower, so that the router has to sign it again.
    const only = `forbid (principal, action == Action::"disclose", resource) unless { context.section == Section::"identity" };`;
    await hub.policy('interpol/import.cedar', OPEN('interpol-import') + rule('int-import-only', only));
    await park(key);
    await until('the copy to be gone', async () => (await parked()) === 0);
    isBroken = false;
    expect(status()).toBe('recorded');
    await until('the alarm', () =>
      hub.events.some(
        ({ event, code, what }) =>
          event === 'alarm' && code === 'key-invalid' && what === 'parked-copy-dropped',
      ),
    );
  });
});
