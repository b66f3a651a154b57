import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import type { Home } from '../../shared/runtime/home.js';
import type { ServiceKind } from '../../shared/trust/tokens.js';
import { orgFolders } from '../init/org-folders.js';
import { gatewayName } from '../home/process-names.js';

/** A service of this home, and the file of its tokens. */
export interface TokenFile {
  /** Its process name, as in `status`. */
  readonly service: string;
  readonly kind: ServiceKind;
  readonly path: string;
}

/** Returns the token files in this home, of running and stopped services. Throws `config-invalid` where there is none. */
export function tokenFiles(home: Home): readonly TokenFile[] {
  const hub = (['console', 'auditor'] as const).map((kind) => ({
    service: kind,
    kind,
    path: home.hub(kind, 'tokens.json'),
  }));
  const gateways = orgFolders(home).map((org) => ({
    service: gatewayName(org),
    kind: 'gateway' as const,
    path: home.org(org, 'tokens.json'),
  }));
  const files = [...hub, ...gateways].filter(({ path }) => existsSync(path));
  if (files.length > 0) return files;
  throw fail(
    'config-invalid',
    `\`${home.root}\` contains no \`tokens.json\`: give the \`--home\` of a service`,
  );
}

/** Returns the token file of a service. Throws `usage` with the nearest name, and the errors of `tokenFiles`. */
export function tokenFileOf(home: Home, service: string): TokenFile {
  const files = tokenFiles(home);
  const found = files.find((file) => file.service === service);
  if (found !== undefined) return found;
  const known = files.map((file) => file.service);
  throw fail('usage', `unknown service \`${service}\`${nearestOrAll(service, known)}`);
}
