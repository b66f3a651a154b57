import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keyRequestWords } from '../../../services/cli/key/explain-request.js';
import { admittedNkeys, admitNkeys, lockOutMember } from '../../../services/cli/key/member-nkeys.js';
import { grantedFile, grantingAt, grantNkey } from '../../../services/cli/key/grant-nkey.js';
import { writeSecretJson } from '../../../services/cli/init/secrets.js';
import { readMemberLog } from '../../../services/cli/org/member-log.js';
import { openBrokerSource } from '../../../services/cli/tail/broker-source.js';
import type { StatusSource } from '../../../services/cli/tail/status-source.js';
import { clientFolder } from '../../../services/cli/tls/holders.js';
import { findServer } from '../../../services/cli/up/nats-process.js';
import { connectAs, tryLogin } from '../../../services/shared/bus/connect.js';
import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import { newSeed, publicNkey } from '../../../services/shared/bus/nkeys.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readHeldKey } from '../../../services/shared/trust/directory/ask-for-keys.js';
import { askForNextNkey } from '../../../services/shared/trust/directory/ask-for-nkey.js';
import {
  type KeyRequest,
  openKeyRequest,
  signKeyRequest,
} from '../../../services/shared/trust/directory/key-request.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { nextKeyOf } from '../../../services/shared/trust/signers/own-signer.js';
import { type HubBroker, silent } from '../org/hub-broker.js';
import { runLine } from '../policy/run-line.js';
import { startTwoMembers } from './start-two-members.js';
import { refused } from '../../shared/trust/federation.js';

const EUROPOL = parseOrgId('europol');
const TAIL = { org: EUROPOL, user: 'tail' } as const;
const GATEWAY = { org: EUROPOL, user: 'gateway' } as const;
const DEPS = { env: process.env, say: silent };

let broker: HubBroker;
beforeAll(async () => {
  broker = await startTwoMembers();
});
afterAll(() => broker?.close());

const folder = (): string => broker.site('europol').org(EUROPOL);
const seedFile = (): string => `${folder()}/tail.nk`;
const present = (): string => readSecret(seedFile());
const admitted = (): readonly string[] => admittedNkeys(broker.hub, TAIL);
beforeEach(async () => {
  rmSync(nextKeyOf(seedFile()), { force: true });
  rmSync(grantedFile(broker.hub, TAIL), { force: true });
  await admitNkeys(broker.hub, TAIL, { ...DEPS, nkeys: [publicNkey(present())] });
});

const opened = async (text: string): Promise<KeyRequest> =>
  openKeyRequest(text, { directory: await readDirectory(broker.hub), now: new Date() });
/** A request of the site for the next nkey of its tail, which stays beside the present one. */
const asked = async (): Promise<KeyRequest> => {
  const directory = await readDirectory(broker.hub);
  const asking = { folder: folder(), org: EUROPOL, directory, now: new Date(), approvers: [] };
  return opened(await askForNextNkey('tail', asking));
};
/** A request for another next nkey of the tail, in place of that of a seed. */
const askedInPlaceOf = async (replaced: string): Promise<KeyRequest> => {
  const next = newSeed();
  const wish = {
    type: 'nkey',
    user: 'tail',
    nkey: publicNkey(next),
    replaces: publicNkey(replaced),
  } as const;
  const { federation: aud } = await readDirectory(broker.hub);
  const claims = { iss: EUROPOL, aud, iat: Math.floor(Date.now() / 1000), wish } as const;
  return opened(await signKeyRequest(claims, [readHeldKey(`${folder()}/notice.jwk`)!], { next, replaced }));
};
const granting = (request: KeyRequest) =>
  grantingAt(broker.hub, request, { granting: 'automatic', askedBy: 'europol:notice:1' });

const connection = (keys = folder()) => ({ servers: broker.run().nats, tls: clientFolder(keys) });
const accepted = async (seed: string): Promise<boolean> =>
  (await tryLogin({ ...connection(), role: 'tail', name: 'test', seed })) === 'accepted';
/** Opens `liaison tail` with the nkey of the site. */
const openTail = (): Promise<StatusSource> =>
  openBrokerSource(
    {
      ...connection(),
      isOwn: true,
      seedFile: seedFile(),
      request: { subject: 'status.>', org: EUROPOL, filters: {} },
    },
    { onEvent: silent, onGap: silent, onTrouble: silent },
  );
/** The connections of the gateway and of the tail of another member; `events` has what happens to them. */
const connectOthers = async () => {
  const events: string[] = [];
  const onConnectionEvent = ({ type }: { readonly type: string }): void => void events.push(type);
  const other = broker.site('interpol').org(parseOrgId('interpol'));
  const logins = [
    { ...connection(), role: 'gateway', seed: readSecret(`${folder()}/gateway.nk`) } as const,
    { ...connection(other), role: 'tail', seed: readSecret(`${other}/tail.nk`) } as const,
  ];
  const buses = await Promise.all(
    logins.map((login) => connectAs({ ...login, name: 'other', onConnectionEvent })),
  );
  return { events, close: async () => void (await Promise.all(buses.map((bus) => bus.close()))) };
};

describe('the next nkey of a tail', () => {
  test('is admitted in place of the present one, which the broker refuses at once, and closes no connection of others; a tail that starts takes it', async () => {
    const [old, others, request] = [present(), await connectOthers(), await asked()];
    expect([granting(request), await accepted(readSecret(nextKeyOf(seedFile())))]).toEqual([
      'automatic',
      false,
    ]);
    await grantNkey(broker.hub, request, DEPS);
    expect([await accepted(old), present() === old, others.events]).toEqual([false, true, []]);
    const tail = await openTail();
    await tail.stop();
    await others.close();
    expect(admitted()).toEqual([publicNkey(present())]);
    expect([present() === old, existsSync(nextKeyOf(seedFile()))]).toEqual([false, false]);
    expect(statSync(seedFile()).mode & 0o777).toBe(0o600);
  });

  test('ends a tail that runs with the one before, as a key that the broker does not know', async () => {
    const tail = await openTail();
    await grantNkey(broker.hub, await asked(), DEPS);
    await refused(tail.ended, 'unauthorised');
    await tail.stop();
  });

  test('is the one of an earlier call that was interrupted; asked for again after its grant, it changes nothing at the broker', async () => {
    const [first, old] = [await asked(), present()];
    const again = await asked();
    expect(again.wish).toEqual(first.wish);
    await grantNkey(broker.hub, first, DEPS);
    const { configuredAt } = monitoringAt(broker.run().monitor);
    const read = await configuredAt();
    expect(granting(again)).toBe('automatic');
    await grantNkey(broker.hub, again, DEPS);
    expect([await configuredAt(), present() === old]).toEqual([read, true]);
    expect(admitted()).toEqual([publicNkey(readSecret(nextKeyOf(seedFile())))]);
  });

  test('is left to a person within an hour of the one before, and where another nkey than the present one of the tail asks', async () => {
    expect(granting(await askedInPlaceOf(readSecret(`${folder()}/gateway.nk`)))).toBe('person');
    const second = await askedInPlaceOf(present());
    expect(granting(second)).toBe('automatic');
    await grantNkey(broker.hub, await asked(), DEPS);
    expect(granting(await askedInPlaceOf(readSecret(nextKeyOf(seedFile()))))).toBe('person');
    expect(existsSync(grantedFile(broker.hub, GATEWAY))).toBe(false);
  });

  test('is refused where the gateway has it, and leaves the nkeys of the gateway alone', async () => {
    const before = admittedNkeys(broker.hub, GATEWAY);
    const seed = readSecret(`${folder()}/gateway.nk`);
    const { wish, ...request } = await askedInPlaceOf(present());
    const taken = { ...request, wish: { ...wish, nkey: publicNkey(seed) } } as KeyRequest;
    await refused(grantNkey(broker.hub, taken, DEPS), 'key-invalid');
    await grantNkey(broker.hub, await asked(), DEPS);
    expect(admittedNkeys(broker.hub, GATEWAY)).toEqual(before);
  });

  test('opens the account again after a lock-out, by a file and the words of a person', async () => {
    const [old, file] = [present(), `${folder()}/key-request.json`];
    const lines = (words: readonly string[], home = broker.hub) => runLine([...words, '--json'], { home });
    expect((await lines(['org', 'keys', 'lock-out', 'europol'])).code).toBe(0);
    expect([admitted(), await accepted(old)]).toEqual([[], false]);
    const request = await asked();
    expect(granting(request)).toBe('person');
    writeFileSync(file, request.text);
    const given = await lines(['org', 'keys', 'approve', file, '--words', keyRequestWords(request)]);
    expect({ code: given.code, stderr: given.stderr }).toMatchObject({ code: 0 });
    expect([await accepted(old), await accepted(readSecret(nextKeyOf(seedFile())))]).toEqual([false, true]);
    expect(admittedNkeys(broker.hub, GATEWAY)).toEqual([]);
    expect(readFileSync(broker.hub.nats('accounts', 'WATCH.conf'), 'utf8')).not.toContain(publicNkey(old));
  });
});

describe('a lock-out', () => {
  const both = () => [GATEWAY, TAIL].map((owner) => admittedNkeys(broker.hub, owner));
  const logged = () => readMemberLog(broker.hub, EUROPOL).filter(({ verb }) => verb === 'lock-out').length;
  const seedOf = (user: string): string => publicNkey(readSecret(`${folder()}/${user}.nk`));
  beforeEach(() => admitNkeys(broker.hub, GATEWAY, { ...DEPS, nkeys: [seedOf('gateway')] }));

  test('takes out the nkeys of the gateway and of the tail by one reload of the broker, or neither, and is in the log of members once it did', async () => {
    const [binary, used] = [await findServer(process.env, silent), `${broker.hub.root}/used`];
    const once = `${broker.hub.root}/nats-server-once`;
    writeFileSync(once, `#!/bin/sh\n[ ! -e ${used} ] && touch ${used} && exec ${binary} "$@"\n`, {
      mode: 0o700,
    });
    const lockOut = () =>
      runLine(['org', 'keys', 'lock-out', 'europol', '--json'], {
        home: broker.hub,
        env: { ...process.env, LIAISON_NATS_SERVER: once },
      });
    const [before, lines] = [both(), logged()];
    const { code, stdout } = await lockOut();
    expect([code, both(), logged()]).toEqual([0, [[], []], lines + 1]);
    expect(JSON.parse(stdout)).toEqual({ org: 'europol', nkeys: before.flat() });
    for (const owner of [GATEWAY, TAIL])
      await admitNkeys(broker.hub, owner, { ...DEPS, nkeys: [seedOf(owner.user)] });
    expect((await lockOut()).stderr).toContain('config-invalid');
    expect([both(), logged()]).toEqual([before, lines + 1]);
  });

  test('is noted once the broker refuses the nkeys, also where it cannot be seen whether their connections are closed', async () => {
    const onLockedOut = (): void =>
      writeSecretJson(broker.hub.run, { ...broker.run(), monitor: 'http://127.0.0.1:9' });
    await refused(lockOutMember(broker.hub, EUROPOL, { ...DEPS, onLockedOut }), 'unreachable');
    writeSecretJson(broker.hub.run, broker.run());
    expect([both(), await accepted(present())]).toEqual([[[], []], false]);
  });
});
