import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import type { KeyUse } from '../../shared/trust/kid.js';
import { routerNumbers } from '../home/process-names.js';

/** Where the private half of a signing key lies, in the home of whoever has it. */
export interface KeyFile {
  /** An organisation, or `hub`. */
  readonly owner: string;
  readonly use: KeyUse;
  /** Which router it is of: each has a key of its own. */
  readonly router?: number;
  readonly path: string;
}

const USES = ['notice', 'receipt', 'policy'] as const;

/** A place for each key that signs, whether it is in this home or not. */
export function keyFiles(
  home: Home,
  { orgs, routers }: { readonly orgs: readonly OrgId[]; readonly routers: number },
): readonly KeyFile[] {
  return [
    ...routerNumbers(routers).map(
      (router): KeyFile => ({ owner: 'hub', use: 'hub', router, path: home.router(router, 'hub.jwk') }),
    ),
    { owner: 'hub', use: 'audit', path: home.hub('auditor', 'audit.jwk') },
    { owner: 'hub', use: 'operator', path: home.operatorKey },
    ...orgs.flatMap((org) =>
      USES.map((use): KeyFile => ({ owner: org, use, path: home.org(org, `${use}.jwk`) })),
    ),
  ];
}
