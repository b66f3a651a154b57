import { join } from 'node:path';
import type { OrgId } from '../kernel/ids.js';

/** Every place below `LIAISON_HOME`; the layout is a contract (docs/formats.md#a-home). */
export interface Home {
  readonly root: string;
  readonly run: string;
  /** What Prometheus is told to read, while a federation runs. */
  readonly targets: string;
  readonly directory: string;
  readonly anchor: string;
  readonly rootKey: string;
  readonly auditorData: string;
  readonly tailSeed: string;
  /** A person's: the commands of the command line are signed with it. */
  readonly operatorKey: string;
  readonly hub: (
    role: 'router' | 'auditor' | 'console' | 'operator' | 'provision',
    ...parts: readonly string[]
  ) => string;
  /** The first router's files stand in the folder itself; each further one has a folder of its own. */
  readonly router: (router: number, ...parts: readonly string[]) => string;
  readonly org: (org: OrgId, ...parts: readonly string[]) => string;
  readonly nats: (...parts: readonly string[]) => string;
  readonly log: (process: string) => string;
}

export function homeAt(root: string): Home {
  return {
    root,
    run: join(root, 'run.json'),
    targets: join(root, 'targets.json'),
    directory: join(root, 'directory.jws'),
    anchor: join(root, 'root.pub.jwk'),
    rootKey: join(root, 'root', 'root.jwk'),
    auditorData: join(root, 'auditor'),
    tailSeed: join(root, 'hub', 'tail.nk'),
    operatorKey: join(root, 'hub', 'operator', 'operator.jwk'),
    hub: (role, ...parts) => join(root, 'hub', role, ...parts),
    router: (router, ...parts) =>
      join(root, 'hub', 'router', ...(router === 1 ? [] : [String(router)]), ...parts),
    org: (org, ...parts) => join(root, 'orgs', org, ...parts),
    nats: (...parts) => join(root, 'nats', ...parts),
    log: (process) => join(root, 'logs', `${process}.ndjson`),
  };
}
