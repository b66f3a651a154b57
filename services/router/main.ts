import { existsSync } from 'node:fs';
import { type Bus, connectService } from '../shared/bus/connect.js';
import type { Role } from '../shared/bus/accounts.js';
import { systemClock } from '../shared/kernel/clock.js';
import { CLOCK_REST_MS } from '../shared/kernel/steady-clock.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { createJudgeInChild } from '../shared/policy/adopted/policy-judge.js';
import { type Running, runProcess } from '../shared/runtime/lifecycle.js';
import { LEDGER_OWNER } from '../shared/ledger/command-content.js';
import { type Alarms, createAlarms } from '../shared/runtime/alarms.js';
import { createLogger } from '../shared/runtime/logger.js';
import { startMetrics } from '../shared/runtime/metrics-http.js';
import { openTracer } from '../shared/runtime/open-tracer.js';
import { restoreRouterStore, type RouterStore } from '../shared/store/router/router-store.js';
import { watchHubContract } from '../shared/trust/directory/hub-contract.js';
import { directoryAlarms } from '../shared/trust/directory/directory-alarms.js';
import {
  openPendingRequests,
  type PendingRequests,
  requestsIn,
} from '../shared/trust/directory/pending-requests.js';
import type { DirectoryHolder } from '../shared/trust/directory-holder.js';
import { describeHome, requireHomeContract } from '../shared/trust/home-contract.js';
import type { PublicJwk } from '../shared/trust/jwk.js';
import { watchHomeDirectory } from '../shared/trust/kept-directory.js';
import type { Signer } from '../shared/trust/keys.js';
import { openSigner } from '../shared/trust/signers/own-signer.js';
import { readAnchor } from '../shared/trust/read-directory.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { NOTHING_ADOPTED } from '../shared/wire/shown-adoption.js';
import { createArchiveClient } from './ledger/auditor-http.js';
import { createSendCosignature } from './ledger/cosign-http.js';
import { createLogReader } from './ledger/log-http.js';
import { createReadOverheld } from './ledger/overheld-http.js';
import { createLedgerNames, type LedgerNames } from './ledger/named-policies.js';
import { createTakeInChild, keepSnapshots } from './ledger/snapshots.js';
import { readRouterConfig, type RouterConfig } from './config.js';
import { listen, type RouterViews } from './observe/http.js';
import { showMembers } from './observe/show-members.js';
import { createOpenAlone } from '../shared/trust/suspect/open-alone.js';
import { openPolicies, type RouterPolicies } from './policies/open-policies.js';
import { createPolicyArchiveClient } from './policies/policy-archive-http.js';
import { releasesOf } from './queries/answer-releases.js';
import { createRouter, type Router } from './router.js';

const log = createLogger('router');

async function start(): Promise<Running> {
  const config = readRouterConfig(process.env);
  requireHomeContract(config.home);
  const metrics = await startMetrics(config);
  const { meter } = metrics;
  const alarms = createAlarms({ log, meter, clock: systemClock });
  let views = UNREACHED;
  const http = await listen({ ...config, alarms }, () => views);
  const tracer = await openTracer(config, naming(config));
  const { store, snapshots, ledger } = await openProjection(config, alarms);
  const { trusted, anchor, signer } = await openTrust(config, alarms);
  const policies = watchAdopted(config, { trusted, alarms, ledger, store });
  const buses = await openHub(config);
  const own = { store, keyRequests: requestsOf(config), log, alarms, meter, tracer, ...CLOCKS };
  const router = await createRouter({
    ...config,
    number: config.router,
    ...buses,
    ...own,
    directory: trusted.current,
    ...policies.forRouter,
    connectAccount: (org) => connectAccount(config, org),
    signer,
    ...auditorOf(config),
    openAlone: createOpenAlone({ child: CHILD, anchor, directory: trusted.current, now: systemClock }),
  });
  followRouter(router, { policies, ledger });
  views = viewsOf(router, policies, { ...own, trusted });
  return {
    ready: { url: http.url, metrics: metrics.url },
    stop: async () => {
      await Promise.all([http.close(), metrics.close()]);
      await Promise.all([router.stop(), snapshots.stop()]);
      for (const end of [trusted.stop, ledger.close]) end();
      await policies.stop();
      await Promise.all([buses.core.close(), buses.watch.close(), buses.command.close()]);
      await Promise.all([store.close(), tracer?.close()]);
    },
  };
}

const requestsOf = ({ home, router }: RouterConfig) => openPendingRequests(requestsIn(home.router(router)));
const CLOCKS = { clock: systemClock, clockRestMs: CLOCK_REST_MS };

/** The clients of the auditor's HTTP API. */
function auditorOf(config: RouterConfig) {
  const token = readSecret(place(config, 'auditor.token'));
  const { auditorUrl: url } = config;
  return {
    ...createArchiveClient(url, token),
    readOverheld: createReadOverheld(url, token),
    readLog: createLogReader(url, token),
    sendCosignature: createSendCosignature(url, token),
  };
}

/** What the HTTP server shows before the broker is reached. */
const UNREACHED: RouterViews = {
  readiness: () => ({
    reasons: [{ code: 'unreachable', message: 'the broker was not reached yet' }],
    policies: {},
    adoption: NOTHING_ADOPTED,
  }),
  members: () => ({}),
};

const naming = ({ router }: RouterConfig) => ({
  service: 'liaison-router',
  instance: `router-${router}`,
  log,
});

const CHILD = new URL('./frames/poison-child.js', import.meta.url);
const SNAPSHOT = new URL('./ledger/snapshot-child.js', import.meta.url);
const LOADER = new URL('./load-child.js', import.meta.url);

/** Opens the projection, from a snapshot if its database is missing or damaged, and starts taking snapshots of it. */
async function openProjection(config: RouterConfig, alarms: Alarms) {
  const database = place(config, 'router.db');
  const store = await restoreRouterStore(database, {
    onAlarm: alarms.follow('database-put-aside', 'router.db'),
    onSkip: (reason) => log.warn(`a snapshot of the projection is not used: ${reason}`),
  });
  const take = createTakeInChild(SNAPSHOT);
  const snapshots = keepSnapshots({ database, store, take, clock: systemClock, log });
  return { store, snapshots, ledger: createLedgerNames(store) };
}

interface Trust {
  readonly trusted: DirectoryHolder;
  readonly anchor: PublicJwk;
  readonly signer: Signer;
}

/** Opens directory and key, and watches each: an invalid or older version raises an alarm and is not used. */
async function openTrust(config: RouterConfig, alarms: Alarms): Promise<Trust> {
  const { home, router } = config;
  const anchor = readAnchor(home);
  const trusted = await watchHomeDirectory(home, home.router(router), directoryAlarms(alarms));
  watchHubContract(trusted, alarms);
  const signer = await openSigner(place(config, 'hub.jwk'), {
    directory: trusted,
    clock: systemClock,
    onAlarm: alarms.follow('key-not-read', 'hub.jwk'),
  });
  return { trusted, anchor, signer };
}

interface AdoptedDeps {
  readonly trusted: DirectoryHolder;
  readonly alarms: Alarms;
  readonly ledger: LedgerNames;
  readonly store: RouterStore;
}

interface ViewSources extends Pick<Trust, 'trusted'> {
  readonly store: RouterStore;
  readonly keyRequests: PendingRequests;
}

/** What the router's HTTP server shows once the router runs. */
function viewsOf(router: Router, { forRouter, shown }: RouterPolicies, sources: ViewSources): RouterViews {
  return {
    readiness: () => ({ reasons: router.reasons(), ...shown() }),
    members: () => {
      const members = sources.trusted.current().organisations.keys();
      return showMembers({ ...sources, ...forRouter, ...shown(), members });
    },
    releases: forRouter.takesReleases
      ? (statement) => releasesOf(LEDGER_OWNER, sources.store, statement)
      : undefined,
  };
}

/** The policies record what they adopt, once the router has read the ledger. */
function followRouter(
  { recordAdoption, isCaughtUp }: Router,
  { policies, ledger }: { readonly policies: RouterPolicies; readonly ledger: LedgerNames },
): void {
  policies.recordWith(recordAdoption);
  ledger.follow(isCaughtUp);
}

/** Watches the folder of policies, and adopts what it holds where it may. */
function watchAdopted(config: RouterConfig, { trusted, alarms, ledger, store }: AdoptedDeps): RouterPolicies {
  const policies = openPolicies({
    folder: config.policies,
    kept: place(config, 'policies.adopted'),
    judge: createJudgeInChild(LOADER, place(config, 'router.db')),
    archive: createPolicyArchiveClient(config.auditorUrl, readSecret(place(config, 'auditor.token'))),
    named: ledger.named,
    store,
    directory: trusted.current,
    clock: systemClock,
    alarms,
    log,
    releases:
      config.policySource === 'folder'
        ? undefined
        : {
            store,
            name: `router-${config.router}`,
            candidate: place(config, 'policies.candidate'),
            isDemo: describeHome(config.home).kind === 'demo',
          },
  });
  trusted.follow(policies.setDirectory);
  return policies;
}

/** Connects to the accounts of the hub. */
async function openHub(config: RouterConfig): Promise<Record<'core' | 'watch' | 'command', Bus>> {
  const [core, watch, command] = await Promise.all([
    open(config, 'core.nk'),
    open(config, 'watch.nk'),
    open(config, 'command.nk'),
  ]);
  return { core, watch, command };
}

async function connectAccount(config: RouterConfig, org: OrgId): Promise<Bus | undefined> {
  const seed = `orgs/${org}.nk`;
  return existsSync(place(config, seed)) ? open(config, seed) : undefined;
}

function place({ home, router }: RouterConfig, file: string): string {
  return home.router(router, file);
}

function open(config: RouterConfig, seed: string): Promise<Bus> {
  const role: Role = 'router';
  return connectService({
    servers: config.natsUrl,
    tls: config.natsTls,
    seed: readSecret(place(config, seed)),
    role,
    name: `router-${config.router}`,
    onConnectionEvent: ({ type, message }) => log.warn({ type }, message),
  });
}

await runProcess(log, start);
