import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { parseFrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { publicJwk } from '../../../services/shared/trust/jwk.js';
import {
  generateKey,
  importSigner,
  importVerifier,
  type Signer,
} from '../../../services/shared/trust/keys.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { until } from '../../support/until.js';
import { noDisclosures } from '../../support/no-disclosures.js';

const DAY_MS = 86_400_000;
const ABOUT = { reason: 'routing', org: parseOrgId('europol'), frame: parseFrameId('a'.repeat(64)) } as const;

/** Publishes a record of a router, signed with this key at this time. */
async function publishRecord(router: TestRouter, signer: Signer, now: Date): Promise<void> {
  const content = {
    ...ABOUT,
    directory: 1,
    members: [],
    policies: {},
    submission: null,
    disclosedOf: noDisclosures,
    parts: [],
  };
  const { bytes } = await signReport(content, { signer, federation: 'demo', now });
  await publishLatest(router.core, { subject: 'ledger.europol', bytes });
}

/** Creates a directory that lists one more key of the hub on demand. */
async function laterKey(hub: TestHub) {
  const jwk = await generateKey('hub:hub:9');
  const [signer, verifier] = [await importSigner(jwk), await importVerifier(publicJwk(jwk))];
  let isListed = false;
  const directory = (): Directory => {
    const current = hub.directory();
    const own = current.key('hub:hub:1');
    const key: Directory['key'] = (kid) =>
      kid === signer.kid && isListed && own !== undefined ? { ...own, kid, verifier } : current.key(kid);
    return { ...current, key };
  };
  return {
    signer,
    directory,
    list: () => {
      isListed = true;
    },
  };
}

const messagesOf = (router: TestRouter): string =>
  router
    .reasons()
    .map(({ message }) => message)
    .join();
const raised = (hub: TestHub): boolean =>
  hub.alarms.list().some(({ alarm }) => alarm === 'record-unverifiable');

describe('router: a record that it cannot verify yet', () => {
  test('by an unknown key is never skipped: the gate stays closed with an alarm until the directory lists the key', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'] });
    const { signer, directory, list } = await laterKey(hub);
    const router = await hub.start({ directory });
    await hub.open(router);
    const europol = await hub.gateway('europol');
    await europol.listen();
    await publishRecord(router, signer, hub.clock());
    await until('the gate to close', () => /record [12] of the ledger/.test(messagesOf(router)));
    await until('the alarm', () => raised(hub));
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    // Longer than the three attempts after which such a record was once skipped.
    await delay(5_000);
    expect(messagesOf(router)).toContain('cannot be verified yet: `key-unknown`');
    expect(europol.reports).toEqual([]);
    expect(hub.events.some((event) => event['what'] === 'foreign-record')).toBe(false);
    list();
    await hub.open(router);
    await until('the end of the alarm', () => !raised(hub));
    expect((await europol.reportOn(sent)).notices).toHaveLength(1);
    expect(router.store.ledger.reportOn(ABOUT.org, ABOUT.frame)).toBeDefined();
  });

  test('from the future keeps the gate closed, also that of a router that starts', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'] });
    const { signer, directory, list } = await laterKey(hub);
    list();
    const router = await hub.start({ directory });
    await hub.open(router);
    await publishRecord(router, signer, new Date(hub.clock().getTime() + DAY_MS));
    const isWaiting = (one: TestRouter) => () => messagesOf(one).includes('`issued-in-future`');
    await until('the gate to close', isWaiting(router));
    await router.stop();
    const again = await hub.start({ directory });
    await until('it to wait again', isWaiting(again));
    expect(again.store.ledger.reportOn(ABOUT.org, ABOUT.frame)).toBeUndefined();
  });
});
