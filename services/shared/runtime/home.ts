import { join } from 'node:path';
import type { OrgId } from '../kernel/ids.js';

/** The paths of every file and folder below `LIAISON_HOME`; the layout is a contract (docs/formats.md#a-home). */
export interface Home {
  readonly root: string;
  /** The contract of the build that made the home (services/shared/trust/home-contract.ts). */
  readonly contract: string;
  /** Written by `up` while a federation runs. */
  readonly run: string;
  /** The scrape targets for Prometheus, while a federation runs. */
  readonly targets: string;
  /** The list of the simulator's attacks; exists only where a simulator ran (docs/formats.md#a-home). */
  readonly simulated: string;
  /** Exists in a restored home until its first directory is signed; the time of the backup (docs/operate/keys.md#the-directory). */
  readonly restored: string;
  readonly directory: string;
  readonly anchor: string;
  readonly rootKey: string;
  /** The key that signs the versions of every day; the root signs the others. */
  readonly directoryKey: string;
  /** What a hub asked the holder of the root key to sign last, until the answer (docs/formats.md#to-the-holder-of-the-root-key). */
  readonly rootRequest: string;
  /** What a site asks the hub with, and the hub's answer (docs/formats.md#joining). */
  readonly joinRequest: string;
  readonly welcome: string;
  /** The rules and facts of invented members; exists only where `up --members` made them. */
  readonly policies: string;
  readonly auditorData: string;
  readonly tailSeed: string;
  /** What people at the hub did with members, as NDJSON. */
  readonly memberLog: string;
  /** The key of the person at the command line, which signs commands. */
  readonly operatorKey: string;
  readonly hub: (
    role: 'router' | 'auditor' | 'console' | 'operator' | 'provision',
    ...parts: readonly string[]
  ) => string;
  /** Router 1 uses the folder `hub/router` itself; every other router has a subfolder named by its number. */
  readonly router: (router: number, ...parts: readonly string[]) => string;
  readonly org: (org: OrgId, ...parts: readonly string[]) => string;
  /** The key of an approver of a demonstration, outside the folder of the organisation's gateway. */
  readonly approver: (org: OrgId, number: number) => string;
  /** The folder of `approver`. */
  readonly approvers: string;
  readonly nats: (...parts: readonly string[]) => string;
  readonly log: (process: string) => string;
  /** Which alarms people looked at, as NDJSON (services/shared/store/acknowledged-alarms.ts). */
  readonly acknowledged: string;
  /** How large the home was during the last day, measured while `up`, `hub start` or `site start` runs. */
  readonly diskSamples: string;
}

/** Returns the paths of the home at this folder; touches no file. */
export function homeAt(root: string): Home {
  return {
    root,
    contract: join(root, 'home.json'),
    run: join(root, 'run.json'),
    targets: join(root, 'targets.json'),
    simulated: join(root, 'simulated'),
    restored: join(root, 'restored'),
    directory: join(root, 'directory.frame'),
    anchor: join(root, 'root.pub.jwk'),
    rootKey: join(root, 'root', 'root.jwk'),
    directoryKey: join(root, 'hub', 'directory', 'directory.jwk'),
    rootRequest: join(root, 'hub', 'directory', 'root-request.json'),
    joinRequest: join(root, 'join-request.json'),
    welcome: join(root, 'welcome.json'),
    policies: join(root, 'policies'),
    auditorData: join(root, 'auditor'),
    tailSeed: join(root, 'hub', 'tail.nk'),
    memberLog: join(root, 'hub', 'members.ndjson'),
    operatorKey: join(root, 'hub', 'operator', 'operator.jwk'),
    hub: (role, ...parts) => join(root, 'hub', role, ...parts),
    router: (router, ...parts) =>
      join(root, 'hub', 'router', ...(router === 1 ? [] : [String(router)]), ...parts),
    org: (org, ...parts) => join(root, 'orgs', org, ...parts),
    approver: (org, number) => join(root, 'approvers', org, `${number}.jwk`),
    approvers: join(root, 'approvers'),
    nats: (...parts) => join(root, 'nats', ...parts),
    acknowledged: join(root, 'acknowledged.ndjson'),
    diskSamples: join(root, 'logs', 'disk.json'),
    log: (process) => join(root, 'logs', `${process}.ndjson`),
  };
}
