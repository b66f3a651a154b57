import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import type { KeyUse } from '../../shared/trust/kid.js';
import { routerNumbers } from '../home/process-names.js';

/** The file of a private signing key, in the home of its owner. */
export interface KeyFile {
  /** An organisation, or `hub`. */
  readonly owner: string;
  readonly use: KeyUse;
  /** The number of the router or of the approver, for `hub` and `approver` keys: each has its own. */
  readonly number?: number;
  readonly path: string;
}

const USES = ['notice', 'receipt', 'policy', 'witness'] as const;
/** The approvers of each organisation in a demonstration. */
const APPROVERS = [1, 2] as const;

/** Returns the file of every signing key of a federation, whether it exists in this home or not. */
export function keyFiles(
  home: Home,
  { orgs, routers }: { readonly orgs: readonly OrgId[]; readonly routers: number },
): readonly KeyFile[] {
  return [
    ...routerNumbers(routers).map(
      (number): KeyFile => ({ owner: 'hub', use: 'hub', number, path: home.router(number, 'hub.jwk') }),
    ),
    { owner: 'hub', use: 'audit', path: home.hub('auditor', 'audit.jwk') },
    { owner: 'hub', use: 'log', path: home.hub('auditor', 'log.jwk') },
    { owner: 'hub', use: 'operator', path: home.operatorKey },
    { owner: 'hub', use: 'directory', path: home.directoryKey },
    ...orgs.flatMap((org) => [
      ...USES.map((use): KeyFile => ({ owner: org, use, path: home.org(org, `${use}.jwk`) })),
      ...APPROVERS.map(
        (number): KeyFile => ({ owner: org, use: 'approver', number, path: home.approver(org, number) }),
      ),
    ]),
  ];
}
