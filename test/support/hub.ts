import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createArchiveAuditor, type PlayedAuditor } from './played-auditor.js';
import { createRouter, type Router, type RouterDeps } from '../../services/router/router.js';
import { commandPolicies } from '../../services/router/policies/command-policies.js';
import { createPolicyArchiveClient } from '../../services/router/policies/policy-archive-http.js';
import { createSendCosignature } from '../../services/router/ledger/cosign-http.js';
import { createLogReader } from '../../services/router/ledger/log-http.js';
import { createReadOverheld } from '../../services/router/ledger/overheld-http.js';
import { createArchiveClient } from '../../services/router/ledger/auditor-http.js';
import { createOpenAlone } from '../../services/shared/trust/suspect/open-alone.js';
import type { Bus } from '../../services/shared/bus/connect.js';
import { watchStatus } from '../../services/shared/bus/status.js';
import type { OrgId } from '../../services/shared/kernel/ids.js';
import { equalDeadlines } from '../../services/shared/notice/deadlines.js';
import { loadPolicies } from '../../services/shared/policy/policies.js';
import { type PolicyHolder, watchPolicies } from '../../services/shared/policy/load/watch.js';
import { createLogger } from '../../services/shared/runtime/logger.js';
import { createMeter } from '../../services/shared/runtime/meter.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { openRouterStore, type RouterStore } from '../../services/shared/store/router/router-store.js';
import { digest } from '../../services/shared/trust/digest.js';
import { type Directory, signDirectory } from '../../services/shared/trust/directory.js';
import { type DirectoryHolder, watchDirectory } from '../../services/shared/trust/directory-holder.js';
import type { DirectorySource } from '../../services/shared/trust/directory-source.js';
import { openPendingRequests, requestsIn } from '../../services/shared/trust/directory/pending-requests.js';
import type { PublicJwk } from '../../services/shared/trust/jwk.js';
import { readSigner } from '../../services/shared/trust/keys.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { type Broker, startBroker } from './broker.js';
import { playGateway, type PlayedGateway } from './played-gateway.js';
import { sourceOf } from './directory-source.js';
import { until } from './until.js';
import type { Alarms } from '../../services/shared/runtime/alarms.js';
import { alarmsFor } from './alarms-for.js';

/** The data of a status event. */
export type StatusEvent = Readonly<Record<string, unknown>> & { readonly event: string };

/** A clock that tests can move and freeze. */
export interface MovedClock {
  (): Date;
  move(ms: number): void;
  /** Freezes the clock, or lets it run again. */
  freeze(still: boolean): void;
}

/** A broker, the real auditor, routers in this process, and gateways that tests drive with the keys of the home. */
export interface TestHub {
  readonly broker: Broker;
  readonly clock: MovedClock;
  readonly events: readonly StatusEvent[];
  readonly auditor: PlayedAuditor;
  /** Alarms of all routers of this hub. */
  readonly alarms: Alarms;
  readonly policiesFolder: string;
  directory(): Directory;
  /** Calls this with each further version of the directory. */
  follow: DirectoryHolder['follow'];
  gateway(org: string): Promise<PlayedGateway>;
  /** Starts a router; options replace its dependencies, and `make` the `createRouter` of another build. */
  start(options?: Partial<RouterDeps>, make?: typeof createRouter): Promise<TestRouter>;
  open(router: TestRouter): Promise<true>;
  /** Signs and installs the next version of the directory. */
  amend(edit: (source: DirectorySource) => DirectorySource): Promise<void>;
  /** Replaces a policy file (undefined removes it) and reloads. */
  policy(path: string, text: string | undefined): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TestRouter extends Router {
  readonly store: RouterStore;
  readonly core: Bus;
}

/** Rules that permit everything. */
export const OPEN = (id: string): string =>
  `@id("${id}-open")\n@reason("everything is open here")\npermit (principal, action, resource);\n`;

export const rule = (id: string, text: string): string =>
  `@id("${id}")\n@reason("a rule of a test")\n${text}\n`;

export async function startHub(
  options: { readonly orgs?: readonly string[]; readonly auditor?: boolean; readonly routers?: number } = {},
): Promise<TestHub> {
  const { orgs = ['europol', 'interpol', 'afripol'], routers = 1 } = options;
  const broker = await startBroker({ orgs, routers });
  const clock = movedClock();
  const anchor = JSON.parse(readFileSync(broker.home.anchor, 'utf8')) as PublicJwk;
  const quiet = createLogger('test-hub', 'silent');
  const folder = makePolicies(broker.orgs);
  const alarms = alarmsFor();
  const trusted: DirectoryHolder = await watchDirectory(broker.home.directory, anchor, {
    onAlarm: () => undefined,
    interval: 50,
  });
  const policies: PolicyHolder = watchPolicies(folder, {
    directory: trusted.current(),
    load: async (from, facts) => ({ sets: loadPolicies(from, facts, digest), isFolder: true }),
    onAlarm: (fault) => alarms.raise('policies-not-used', fault),
    onError: () => undefined,
  });
  trusted.follow(policies.setDirectory);
  const auditor = await createArchiveAuditor({ broker, clock, directory: trusted.current });
  if (options.auditor ?? true) await auditor.start();
  const events: StatusEvent[] = [];
  const console = await broker.connect('console', 'WATCH');
  watchStatus(console, 'status.>', (_, bytes) =>
    events.push((JSON.parse(Buffer.from(bytes).toString()) as { readonly data: StatusEvent }).data),
  );
  const gateways = new Map<string, Promise<PlayedGateway>>();
  const running = new Set<TestRouter>();
  const routerToken = (): string => readSecret(broker.home.hub('router', 'auditor.token'));
  // The address changes when the auditor starts again.
  const archive = () => createArchiveClient(auditor.url(), routerToken());
  const archiveOf = () => createPolicyArchiveClient(auditor.url(), routerToken());
  const start = async (more: Partial<RouterDeps> = {}, make = createRouter): Promise<TestRouter> => {
    const { number = 1 } = more;
    const connect = (account: string): Promise<Bus> => broker.connectRouter(number, account);
    const [core, watch, command] = await Promise.all(['CORE', 'WATCH', 'COMMAND'].map(connect));
    if (core === undefined || watch === undefined || command === undefined) throw new Error('not connected');
    const store = openRouterStore(broker.home.router(number, 'router.db'));
    const log = () => createLogReader(auditor.url(), routerToken());
    const router = await make({
      number,
      core,
      watch,
      command,
      connectAccount: connect,
      directory: trusted.current,
      policy: policies.current,
      policyFault: policies.fault,
      adoptions: () => [],
      commandedPolicies: commandPolicies(
        { folder, directory: trusted.current, archive: archiveOf() },
        { ...policies, missingSince: () => undefined },
      ),
      store,
      signer: await readSigner(broker.home.router(number, 'hub.jwk')),
      clock,
      log: quiet,
      alarms,
      meter: createMeter(),
      readArchive: (from) => archive().readArchive(from),
      findArchived: (digest) => archive().findArchived(digest),
      readLog: {
        head: () => log().head(),
        quorate: () => log().quorate(),
        nodes: (head) => log().nodes(head),
        lacking: () => log().lacking(),
        indexes: (records) => log().indexes(records),
      },
      sendCosignature: (cosignature) => createSendCosignature(auditor.url(), routerToken())(cosignature),
      keyRequests: openPendingRequests(requestsIn(broker.home.router(number))),
      readOverheld: (page) => createReadOverheld(auditor.url(), routerToken())(page),
      openAlone: createOpenAlone({
        child: new URL(`file://${join(projectRoot, 'dist/services/router/frames/poison-child.js')}`),
        anchor,
        directory: trusted.current,
        now: clock,
      }),
      staleMs: 60_000,
      ledgerLag: 20_000,
      deadlines: equalDeadlines(86_400),
      clockRestMs: 0,
      ...more,
    });
    const started: TestRouter = {
      ...router,
      store: more.store ?? store,
      core,
      stop: async () => {
        if (!running.delete(started)) return;
        await router.stop();
        await Promise.all([core, watch, command].map((bus) => bus.close()));
        await store.close();
      },
    };
    running.add(started);
    return started;
  };
  const close = async (): Promise<void> => {
    await Promise.all([...running].map((router) => router.stop()));
    for (const gateway of gateways.values()) await (await gateway).stop();
    await auditor.close();
    trusted.stop();
    policies.close();
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    broker,
    clock,
    events,
    auditor,
    alarms,
    policiesFolder: folder,
    directory: trusted.current,
    follow: trusted.follow,
    gateway: (org) => {
      const playing = gateways.get(org) ?? playGateway({ broker, org, clock, directory: trusted.current });
      gateways.set(org, playing);
      return playing;
    },
    start,
    open: (router) => until('the gate to open', () => router.reasons().length === 0),
    amend: (edit) => amend(broker, trusted, edit),
    policy: async (path, text) => {
      const file = join(folder, path);
      if (text === undefined) rmSync(file);
      else writeFileSync(file, text);
      await policies.reload();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function movedClock(): MovedClock {
  let skew = 0;
  let still: number | undefined;
  return Object.assign(() => new Date((still ?? Date.now()) + skew), {
    freeze: (isStill: boolean) => {
      still = isStill ? Date.now() : undefined;
    },
    move: (ms: number) => {
      skew += ms;
    },
  });
}

function makePolicies(orgs: readonly OrgId[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-policies-'));
  cpSync(join(projectRoot, 'policies', 'schema.cedarschema'), join(folder, 'schema.cedarschema'));
  const files = ['federation/rules', ...orgs.flatMap((org) => [`${org}/export`, `${org}/import`])];
  for (const name of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, `${name}.cedar`), OPEN(name.replace('/', '-')));
  }
  return folder;
}

async function amend(
  { home }: Broker,
  trusted: DirectoryHolder,
  edit: (source: DirectorySource) => DirectorySource,
): Promise<void> {
  const held = trusted.current();
  const next = { ...edit(sourceOf(held)), version: held.version + 1, previous: held.digest };
  const frame = await signDirectory(next, await readSigner(home.rootKey));
  writeFileSync(`${home.directory}.next`, frame, { mode: 0o600 });
  renameSync(`${home.directory}.next`, home.directory);
  await until('the next directory', () => trusted.current().version === next.version);
}
