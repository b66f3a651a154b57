import { readSecret } from '../../services/shared/trust/secret-file.js';
import type { Hub } from './hub.js';

/** The tokens by which the processes of the hub, and the auditor of the federation, ask the auditor. */
export function tokensOf({ broker: { home } }: Pick<Hub, 'broker'>) {
  return {
    router: readSecret(home.hub('router', 'auditor.token')),
    console: readSecret(home.hub('console', 'auditor.token')),
    operator: readSecret(home.hub('operator', 'auditor.token')),
    federation: readSecret(home.hub('auditor', 'federation.token')),
  };
}
