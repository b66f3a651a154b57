import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLedgerNames } from '../../../services/router/ledger/named-policies.js';
import { openPolicies, type RouterPolicies } from '../../../services/router/policies/open-policies.js';
import { createPolicyArchiveClient } from '../../../services/router/policies/policy-archive-http.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import type { ReleaseFinding } from '../../../services/shared/ledger/release/adoption-record.js';
import { signApproval } from '../../../services/shared/ledger/release/approval.js';
import { releaseDigest } from '../../../services/shared/ledger/release/release.js';
import { digestOfFiles, type ReleaseFiles } from '../../../services/shared/ledger/release/release-files.js';
import { createJudgeInChild } from '../../../services/shared/policy/adopted/policy-judge.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import type { ReleaseRow } from '../../../services/shared/store/router/router-releases.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import { generateKey, importSigner, publicJwk, type Signer } from '../../../services/shared/trust/keys.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { until } from '../../support/until.js';

const LOADER = pathToFileURL(join(projectRoot, 'dist/services/router/load-child.js'));

/** A judgement takes seconds of a processor, at both routers. */
const JUDGED_WITHIN_MS = 200_000;

/** A router of a hub whose members release their own rules, as its process wires it. */
export interface ReleaseRouter {
  readonly router: TestRouter;
  readonly policies: RouterPolicies;
  readonly store: RouterStore;
  readonly alarms: () => readonly string[];
  readonly bundle: () => string | undefined;
  stop(): Promise<void>;
}

/** A hub with two routers whose members release their own rules; its folder has the files of the federation. */
export interface ReleaseHub {
  readonly hub: TestHub;
  routers(): readonly ReleaseRouter[];
  /** Stops a router, removes its database and its adopted policies, and starts it again. */
  loseDisk(number: number): Promise<void>;
  /** Resolves with a judged release once both routers have the same about it. */
  judged(statement: string, org?: string): Promise<ReleaseRow>;
  /** Resolves with the digest of the policies once both routers decide by those that the ledger names. */
  inForceAtBoth(): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startReleaseHub(orgs: readonly string[]): Promise<ReleaseHub> {
  const hub = await startHub({ orgs, routers: 2 });
  for (const org of hub.broker.orgs) rmSync(join(hub.policiesFolder, org), { recursive: true });
  writeFederation(hub);
  const routers = await Promise.all([startRouter(hub, 1), startRouter(hub, 2)]);
  for (const { router } of routers) await hub.open(router);
  for (const org of hub.broker.orgs) await (await hub.gateway(org)).listen();
  return {
    hub,
    routers: () => routers,
    loseDisk: async (number) => {
      await routers[number - 1]?.stop();
      for (const path of [kept(hub, number), database(hub, number)]) rmSync(path);
      routers[number - 1] = await startRouter(hub, number);
    },
    judged: (statement, org = 'europol') => judgedAtBoth(routers, statement, org),
    inForceAtBoth: () =>
      until(
        'the same policies at both routers',
        () => {
          const [one, other] = routers.map(({ bundle }) => bundle());
          const named = routers[0]?.store.releases.bundle();
          return one !== undefined && one === other && one === named ? one : undefined;
        },
        JUDGED_WITHIN_MS,
      ),
    [Symbol.asyncDispose]: async () => {
      for (const running of routers) await running.stop();
      await hub[Symbol.asyncDispose]();
    },
  };
}

const kept = ({ broker }: TestHub, number: number): string => broker.home.router(number, 'policies.adopted');
const database = ({ broker }: TestHub, number: number): string => broker.home.router(number, 'router.db');

async function startRouter(hub: TestHub, number: number): Promise<ReleaseRouter> {
  const { home } = hub.broker;
  const alarms = alarmsFor();
  const store = openRouterStore(database(hub, number));
  const ledger = createLedgerNames(store);
  const policies = openPolicies({
    folder: hub.policiesFolder,
    kept: kept(hub, number),
    judge: createJudgeInChild(LOADER, database(hub, number)),
    archive: createPolicyArchiveClient(hub.auditor.url(), readSecret(home.hub('router', 'auditor.token'))),
    named: ledger.named,
    store,
    directory: hub.directory,
    clock: hub.clock,
    alarms,
    log: createLogger('router', 'silent'),
    releases: {
      store,
      name: `router-${number}`,
      candidate: home.router(number, 'policies.candidate'),
    },
  });
  const router = await hub.start({ number, store, alarms, ...policies.forRouter });
  policies.recordWith(router.recordAdoption);
  ledger.follow(router.isCaughtUp);
  let isStopped = false;
  hub.follow((directory) => {
    if (!isStopped) policies.setDirectory(directory);
  });
  return {
    router,
    policies,
    store,
    alarms: () => alarms.list().map(({ alarm, code }) => `${alarm} ${code}`),
    bundle: () => policies.forRouter.policy()?.bundle,
    stop: async () => {
      isStopped = true;
      await router.stop();
      ledger.close();
      await policies.stop();
    },
  };
}

function writeFederation(hub: TestHub): void {
  const write = (path: string, value: unknown): void =>
    writeFileSync(join(hub.policiesFolder, 'federation', path), JSON.stringify(value));
  const entries = Array.from(hub.directory().organisations.values(), (one) => {
    const { name, seat, groups, accreditedFor, agreements } = one;
    return [one.id, { name, seat, groups, accreditedFor, agreements }] as const;
  });
  write('members.yaml', { members: Object.fromEntries(entries) });
  write('directory.yaml', { federation: 'demo', quotas: { perMinute: 600 } });
}

async function judgedAtBoth(
  routers: readonly ReleaseRouter[],
  statement: string,
  org: string,
): Promise<ReleaseRow> {
  const judged = (): readonly (ReleaseRow | undefined)[] | undefined => {
    const found = routers.map(({ store }) => store.releases.byStatement(org, statement));
    return found.every((row) => row !== undefined && row.state !== 'waiting' && row.at > 0)
      ? found
      : undefined;
  };
  const [one, other] = await until('the judgement at both routers', judged, JUDGED_WITHIN_MS);
  if (one === undefined || JSON.stringify(one) !== JSON.stringify(other))
    throw new Error('the routers noted different judgements');
  return one;
}

/** Returns why a release was refused. */
export const findingsOf = ({ findings }: ReleaseRow): readonly ReleaseFinding[] =>
  JSON.parse(findings ?? '[]');

/** Lists an approver of an organisation for each of these persons, and returns their signers. */
export async function addApprovers(
  hub: TestHub,
  org: string,
  persons: readonly string[],
): Promise<readonly Signer[]> {
  const keys = await Promise.all(persons.map((_, at) => generateKey(`${org}:approver:${at + 11}`)));
  const dates = { notBefore: '2020-01-01T00:00:00Z', notAfter: '2999-01-01T00:00:00Z' };
  const entries = keys.map((key, at) => {
    const { x } = publicJwk(key);
    return { kid: key.kid, ...listedKeyOf({ x }), ...dates, person: persons[at] ?? '' };
  });
  await hub.amend((source) => {
    const before = source.organisations[org];
    if (before === undefined) throw new Error(`no ${org}`);
    const amended = { ...before, keys: [...before.keys, ...entries] };
    return { ...source, organisations: { ...source.organisations, [org]: amended } };
  });
  return Promise.all(keys.map((key) => importSigner(key)));
}

/** A release before its approvals. */
export interface UnapprovedRelease {
  readonly org: OrgId;
  readonly version: number;
  readonly previous: string | null;
  readonly files: ReleaseFiles;
  /** Of a joint release: digests of the statements of its contributions. */
  readonly contributions?: readonly string[];
}

/** Returns the digest of a release, and what these approvers sign about it. */
export async function approve(
  hub: TestHub,
  { files, ...name }: UnapprovedRelease,
  { by, loosenings }: { readonly by: readonly Signer[]; readonly loosenings: readonly string[] },
): Promise<{ readonly release: string; readonly approvals: readonly string[] }> {
  const { federation } = hub.directory();
  const release = releaseDigest({ ...name, federation, content: digestOfFiles(files) });
  const content = { release, previous: name.previous, loosenings };
  const signing = by.map((signer) => signApproval(content, { signer, federation, now: hub.clock() }));
  return { release, approvals: await Promise.all(signing) };
}
