import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keyRequestWords } from '../../../services/cli/key/explain-request.js';
import { endOverlaps, admittedNkeys, admitNkeys } from '../../../services/cli/key/member-nkeys.js';
import { grantedFile, grantingAt, grantNkey } from '../../../services/cli/key/grant-nkey.js';
import { answerKeyRequests } from '../../../services/cli/key/answer-requests.js';
import { pendingRequestsOf } from '../../../services/cli/key/local-keys.js';
import { accountFile } from '../../../services/cli/init/hub-broker.js';
import { clientFolder } from '../../../services/cli/tls/holders.js';
import { openBrokerLogin } from '../../../services/gateway/keys/broker-login.js';
import { type Bus, connectAs, logInAgain, tryLogin } from '../../../services/shared/bus/connect.js';
import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { newSeed, publicNkey } from '../../../services/shared/bus/nkeys.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { askForNextNkey } from '../../../services/shared/trust/directory/ask-for-nkey.js';
import { readHeldKey } from '../../../services/shared/trust/directory/ask-for-keys.js';
import {
  type KeyRequest,
  openKeyRequest,
  signKeyRequest,
} from '../../../services/shared/trust/directory/key-request.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { nextKeyOf } from '../../../services/shared/trust/signers/own-signer.js';
import { refused } from '../../shared/trust/federation.js';
import { until } from '../../support/until.js';
import { readMemberLog } from '../../../services/cli/org/member-log.js';
import { runLine } from '../policy/run-line.js';
import { startTwoMembers } from './start-two-members.js';
import { type HubBroker, silent } from '../org/hub-broker.js';

const EUROPOL = parseOrgId('europol');
const INTERPOL = parseOrgId('interpol');
const GATEWAY = { org: EUROPOL, user: 'gateway' } as const;
const TAIL = { org: EUROPOL, user: 'tail' } as const;
const OTHER = { org: INTERPOL, user: 'gateway' } as const;
const DEPS = { env: process.env, say: silent };

let broker: HubBroker;
beforeAll(async () => {
  broker = await startTwoMembers();
});
afterAll(() => broker?.close());

const folder = (): string => broker.site('europol').org(EUROPOL);
const seedFile = (): string => `${folder()}/gateway.nk`;
const present = (): string => readSecret(seedFile());
const tailNkey = (): string => publicNkey(readSecret(`${folder()}/tail.nk`));
const admitted = (): readonly string[] => admittedNkeys(broker.hub, GATEWAY);
/** Writes the nkeys as a call does that is killed before the broker reloads. */
const admitUnread = (org: typeof EUROPOL, ...seeds: readonly string[]): void =>
  writeFileSync(broker.hub.org(org, 'gateway.pub'), seeds.map((seed) => `${publicNkey(seed)}\n`).join(''));
const PAST_HOUR_MS = 3_601_000;
const setBack = (path: string, ms: number): void => {
  const time = new Date(Date.now() - ms);
  utimesSync(path, time, time);
};
/** Each test is an hour later than the one before, so that the hub may grant its request by itself. */
let now = new Date();
afterEach(() => {
  now = new Date(now.getTime() + PAST_HOUR_MS);
  const granted = grantedFile(broker.hub, GATEWAY);
  if (existsSync(granted)) setBack(granted, PAST_HOUR_MS);
});
beforeEach(async () => {
  await admitNkeys(broker.hub, GATEWAY, { ...DEPS, nkeys: [publicNkey(present())] });
  await admitNkeys(broker.hub, TAIL, { ...DEPS, nkeys: [tailNkey()] });
});

const opened = async (text: string): Promise<KeyRequest> =>
  openKeyRequest(text, { directory: await readDirectory(broker.hub), now });
/** A request of the site for its next nkey, which stays beside the present one. */
const asked = async (): Promise<KeyRequest> => {
  const directory = await readDirectory(broker.hub);
  return opened(
    await askForNextNkey('gateway', { folder: folder(), org: EUROPOL, directory, now, approvers: [] }),
  );
};
/** A request for the nkey of a seed, which replaces that of another. */
const askedBy = async (next: string, replaced?: string): Promise<KeyRequest> => {
  const replaces = replaced === undefined ? {} : { replaces: publicNkey(replaced) };
  const wish = { type: 'nkey', nkey: publicNkey(next), ...replaces } as const;
  const { federation: aud } = await readDirectory(broker.hub);
  const claims = { iss: EUROPOL, aud, iat: Math.floor(now.getTime() / 1000), wish } as const;
  const seeds = { next, ...(replaced === undefined ? {} : { replaced }) };
  return opened(await signKeyRequest(claims, [readHeldKey(`${folder()}/notice.jwk`)!], seeds));
};
const granting = (request: KeyRequest) =>
  grantingAt(broker.hub, request, { granting: 'automatic', askedBy: 'europol:notice:1' });

const orgKeys = (...words: readonly string[]) =>
  runLine(['org', 'keys', ...words, '--json'], { home: broker.hub });

const login = (seed: string, name = 'test') => ({
  servers: broker.run().nats,
  tls: clientFolder(folder()),
  role: 'gateway' as const,
  name,
  seed,
});
const accepted = async (seed: string): Promise<boolean> => (await tryLogin(login(seed))) === 'accepted';

describe('the next nkey of a gateway', () => {
  test('counts alone after a theft: a lock-out closes each connection, and a request without the stolen nkey opens the account again', async () => {
    const [next, file] = [newSeed(), `${folder()}/key-request.json`];
    const thief: Bus = await connectAs(login(present(), 'thief'));
    const { code, stdout } = await orgKeys('lock-out', 'europol');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { org: 'europol', nkeys: [publicNkey(present()), tailNkey()] },
    ]);
    await thief.closed;
    expect([admitted(), await accepted(present())]).toEqual([[], false]);
    const request = await askedBy(next, present());
    expect(granting(request)).toBe('person');
    writeFileSync(file, request.text);
    const given = await orgKeys('approve', file, '--words', keyRequestWords(request));
    expect([given.code, JSON.parse(given.stdout)]).toEqual([
      0,
      { org: 'europol', wish: request.wish, version: null },
    ]);
    expect([await accepted(present()), await accepted(next)]).toEqual([false, true]);
    now = new Date(now.getTime() + 1_000);
    const later = newSeed();
    await grantNkey(broker.hub, await askedBy(later), DEPS);
    expect([admitted(), await accepted(next)]).toEqual([[publicNkey(later)], false]);
  });

  test('is awaited by a gateway and a tail that are locked out, as `org keys` and the log of members say', async () => {
    expect((await orgKeys()).stdout).toBe('');
    await orgKeys('lock-out', 'europol');
    const lines = (await orgKeys()).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      [GATEWAY, TAIL].map((owner) => ({ ...owner, lockedOut: expect.any(String) })),
    );
    const { at, ...logged } = readMemberLog(broker.hub, 'europol').at(-1)!;
    expect(logged).toMatchObject({ verb: 'lock-out', version: null });
    expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
  });

  test('is admitted beside the present one, whose connection stays open; once the gateway has changed over, the old one is refused', async () => {
    const old = present();
    const gateway = openBrokerLogin(seedFile(), { ...login(''), name: 'gateway-europol' });
    const events: string[] = [];
    const bus = await gateway.connect(({ type }) => void events.push(type));
    const request = await asked();
    expect([await gateway.change(), granting(request)]).toEqual([false, 'automatic']);
    await grantNkey(broker.hub, request, DEPS);
    expect(admitted()).toEqual([publicNkey(old), request.wish.type === 'nkey' && request.wish.nkey]);
    await endOverlaps(broker.hub, DEPS);
    expect([await accepted(old), events]).toEqual([true, []]);
    expect(await gateway.change()).toBe(true);
    expect([existsSync(nextKeyOf(seedFile())), statSync(seedFile()).mode & 0o777]).toEqual([false, 0o600]);
    await logInAgain(bus);
    await until('the new login', async () => events.includes('reconnected'));
    await until('the end of the old nkey', async () => {
      await endOverlaps(broker.hub, DEPS);
      return admitted().length === 1;
    });
    expect([await accepted(old), await accepted(present()), present() === old]).toEqual([false, true, false]);
    expect(await consumerState(bus, sources.in)).toMatchObject({ pending: 0 });
    expect(events.filter((type) => type === 'denied' || type === 'error')).toEqual([]);
    await bus.close();
    const hubFiles = readFileSync(accountFile(broker.hub, 'europol'), 'utf8');
    expect([hubFiles.includes(publicNkey(old)), hubFiles.includes(present())]).toEqual([false, false]);
  });

  test('is left to a person where another nkey than the present one asks, and within an hour of the one before', async () => {
    const next = newSeed();
    expect(granting(await askedBy(next, newSeed()))).toBe('person');
    expect(granting(await askedBy(next))).toBe('person');
    await grantNkey(broker.hub, await askedBy(next, present()), DEPS);
    now = new Date(now.getTime() + PAST_HOUR_MS);
    const dated = await askedBy(newSeed(), present());
    expect(granting(dated)).toBe('person');
    setBack(grantedFile(broker.hub, GATEWAY), PAST_HOUR_MS);
    expect(granting(dated)).toBe('automatic');
  });

  test('asked for again changes nothing at the broker; the nkey that it replaces is admitted again by a person alone, and by no older request', async () => {
    const [old, next] = [present(), newSeed()];
    const back = await askedBy(old, next);
    now = new Date(now.getTime() + 1_000);
    await grantNkey(broker.hub, await askedBy(next, old), DEPS);
    const { configuredAt } = monitoringAt(broker.run().monitor);
    const read = await configuredAt();
    await refused(grantNkey(broker.hub, back, DEPS), 'request-used');
    now = new Date(now.getTime() + 1_000);
    expect(granting(await askedBy(old, next))).toBe('person');
    const again = await askedBy(next, old);
    expect(granting(again)).toBe('automatic');
    await grantNkey(broker.hub, again, DEPS);
    expect([await configuredAt(), admitted()]).toEqual([read, [publicNkey(old), publicNkey(next)]]);
  });

  test('is admitted beside the present one also while the hub takes out old nkeys of other gateways', async () => {
    const [nextOfFirst, nextOfSecond] = [newSeed(), newSeed()];
    const own = readSecret(broker.site('interpol').org(INTERPOL, 'gateway.nk'));
    admitUnread(INTERPOL, own, nextOfSecond);
    await admitNkeys(broker.hub, GATEWAY, { ...DEPS, nkeys: [present(), nextOfFirst].map(publicNkey) });
    const tls = clientFolder(broker.site('interpol').org(INTERPOL));
    const buses = [
      await connectAs(login(nextOfFirst, 'gateway-europol')),
      await connectAs({ ...login(nextOfSecond, 'gateway-interpol'), tls }),
    ];
    const later = newSeed();
    // Between the two members, as a person at the hub may.
    const say = (words: string): void => {
      if (words.includes('`europol`')) admitUnread(INTERPOL, nextOfSecond, later);
    };
    await endOverlaps(broker.hub, { ...DEPS, say });
    expect(admitted()).toEqual([publicNkey(nextOfFirst)]);
    expect(admittedNkeys(broker.hub, OTHER)).toEqual([nextOfSecond, later].map(publicNkey));
    await Promise.all(buses.map((bus) => bus.close()));
    await admitNkeys(broker.hub, OTHER, { ...DEPS, nkeys: [publicNkey(own)] });
  });

  test('is tried once a minute when it is older than ten minutes, also while the broker refuses the present one, and then logs in', async () => {
    const [path, next] = [seedFile(), newSeed()];
    const gateway = openBrokerLogin(path, login(''));
    writeFileSync(nextKeyOf(path), next, { mode: 0o600 });
    setBack(nextKeyOf(path), PAST_HOUR_MS);
    expect(await gateway.change()).toBe(false);
    await admitNkeys(broker.hub, GATEWAY, { ...DEPS, nkeys: [publicNkey(next)] });
    await refused(gateway.connect(silent), 'unauthorised');
    expect(await gateway.change()).toBe(false);
    setBack(nextKeyOf(path), 0);
    expect([await gateway.change(), present() === next]).toEqual([true, true]);
    const bus = await gateway.connect(silent);
    await bus.close();
  });

  test('is refused where another user of the broker has it', async () => {
    for (const file of [broker.site('interpol').org(INTERPOL, 'gateway.nk'), `${folder()}/tail.nk`]) {
      const seed = readSecret(file);
      const request = await askedBy(seed, present());
      await refused(grantNkey(broker.hub, request, DEPS), 'key-invalid');
    }
    expect(admitted()).toEqual([publicNkey(present())]);
  });

  test('is refused by a request that is not newer than the one granted last; that one is granted again after an interruption', async () => {
    const [first, second] = [newSeed(), newSeed()];
    const older = await askedBy(first, present());
    now = new Date(now.getTime() + 1_000);
    const newer = await askedBy(second, present());
    admitUnread(EUROPOL, present(), second);
    expect(await accepted(second)).toBe(false);
    await grantNkey(broker.hub, newer, DEPS);
    await grantNkey(broker.hub, newer, DEPS);
    expect(await accepted(second)).toBe(true);
    await refused(grantNkey(broker.hub, older, DEPS), 'request-used');
    expect(admitted()).toEqual([publicNkey(present()), publicNkey(second)]);
  });

  test('changes nothing where nats-server refuses the configuration', async () => {
    const [next, conf] = [newSeed(), readFileSync(accountFile(broker.hub, 'europol'), 'utf8')];
    const request = await askedBy(next, present());
    const env = { ...process.env, LIAISON_NATS_SERVER: '/bin/false' };
    await refused(grantNkey(broker.hub, request, { ...DEPS, env }), 'config-invalid');
    expect(admitted()).toEqual([publicNkey(present())]);
    expect(readFileSync(accountFile(broker.hub, 'europol'), 'utf8')).toBe(conf);
  });

  test('waits while nats-server refuses the configuration of the hub, which says so', async () => {
    // The answering process has the real time.
    now = new Date();
    rmSync(grantedFile(broker.hub, GATEWAY), { force: true });
    const request = await askedBy(newSeed(), present());
    const [said, ending, waiting] = [[] as string[], new AbortController(), pendingRequestsOf(broker.hub)];
    waiting.put(request);
    const env = { ...process.env, LIAISON_NATS_SERVER: '/bin/false' };
    const answering = answerKeyRequests(broker.hub, {
      env,
      say: (words) => said.push(words),
      stopping: ending.signal,
    });
    await until('the answer', async () => said.some((words) => words.includes('config-invalid')));
    ending.abort();
    await answering;
    expect([waiting.list(), admitted()]).toEqual([[request.text], [publicNkey(present())]]);
    waiting.remove(request.text);
  });
});
