import { dirname } from 'node:path';
import type { OrgId } from '../../shared/kernel/ids.js';
import { homeAt } from '../../shared/runtime/home.js';
import { gatewayName } from '../home/process-names.js';
import { NODES, ROUTERS } from './layout.js';

/** A volume, and its mount point in every container that has it. */
export interface Volume {
  readonly name: string;
  readonly folder: string;
}

/** The path of the home in the containers. */
export const HOME = '/liaison';

/**
 * Returns a volume for each holder of keys, so that a container has its own keys only. The outermost volume is shared: it
 * contains the directory, its anchor and the run file.
 */
export function volumesOf(orgs: readonly OrgId[]): readonly Volume[] {
  const home = homeAt(HOME);
  const at = (name: string, folder: string): Volume => ({ name, folder });
  return [
    at('home', home.root),
    at('root', `${home.root}/root`),
    at('approvers', home.approvers),
    at('hub', `${home.root}/hub`),
    at('directory', dirname(home.directoryKey)),
    ...(['provision', 'operator', 'auditor', 'console'] as const).map((role) => at(role, home.hub(role))),
    at('records', home.auditorData),
    at('metrics', `${home.root}/metrics`),
    ...ROUTERS.map((name, index) => at(name, home.router(index + 1))),
    ...orgs.map((org) => at(gatewayName(org), home.org(org))),
    ...NODES.flatMap((name) => [at(name, home.nats(name)), at(`${name}-data`, home.nats(name, 'data'))]),
  ];
}
