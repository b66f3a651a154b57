import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { publicJwk, type PublicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { hashToken, newToken } from '../../shared/trust/tokens.js';
import { writeSecret, writeSecretJson } from './secrets.js';

const GATEWAY_SCOPES = ['notice:write', 'notice:read', 'inbox:read', 'preview'];
const CONSOLE_SCOPES = ['decisions:read', 'quarantine:read'];
const AUDITOR_SCOPES = ['records:read', 'decisions:read', 'quarantine:read'];
/** Who operates or writes rules also looks. */
const CONSOLE_ROLES = { viewer: ['viewer'], operator: ['viewer', 'operator'], author: ['viewer', 'author'] };

/** Makes every signing key of the demonstration on this machine; returns the public halves that the directory lists. */
export async function writeDemoKeys(home: Home, orgs: readonly OrgId[]): Promise<readonly PublicJwk[]> {
  const root = await generateKey('root:root:1');
  writeSecretJson(home.rootKey, root);
  writeSecretJson(home.anchor, publicJwk(root));
  const places = [
    { kid: 'hub:hub:1', path: home.hub('router', 'hub.jwk') },
    { kid: 'hub:audit:1', path: home.hub('auditor', 'audit.jwk') },
    { kid: 'hub:operator:1', path: home.operatorKey },
    ...orgs.flatMap((org) =>
      ['notice', 'receipt', 'policy'].map((use) => ({
        kid: `${org}:${use}:1`,
        path: home.org(org, `${use}.jwk`),
      })),
    ),
  ];
  return Promise.all(
    places.map(async ({ kid, path }) => {
      const key = await generateKey(kid);
      writeSecretJson(path, key);
      return publicJwk(key);
    }),
  );
}

/** Makes the bearer tokens: in the clear where the caller reads them, hashed where the service does. */
export function writeDemoTokens(home: Home, orgs: readonly OrgId[]): void {
  for (const org of orgs) {
    const place = { name: `${org}-local`, path: home.org(org, 'token'), scopes: GATEWAY_SCOPES };
    writeSecretJson(home.org(org, 'tokens.json'), { tokens: [issue(place)] });
  }
  const callers = [
    { name: 'router', path: home.hub('router', 'auditor.token'), scopes: ['records:read'] },
    { name: 'console', path: home.hub('console', 'auditor.token'), scopes: CONSOLE_SCOPES },
    { name: 'operator', path: home.hub('operator', 'auditor.token'), scopes: ['quarantine:read'] },
    { name: 'federation-auditor', path: home.hub('auditor', 'federation.token'), scopes: AUDITOR_SCOPES },
  ];
  writeSecretJson(home.hub('auditor', 'tokens.json'), { tokens: callers.map(issue) });
  writeConsoleTokens(home);
}

/** Makes a token a role for the console; an entry may also name an `org`, whose eyes its holder then has. */
export function writeConsoleTokens(home: Home): void {
  const callers = Object.entries(CONSOLE_ROLES).map(([name, scopes]) =>
    issue({ name, scopes, path: home.hub('console', `${name}.token`) }),
  );
  writeSecretJson(home.hub('console', 'tokens.json'), { tokens: callers });
}

interface Caller {
  readonly name: string;
  readonly path: string;
  readonly scopes: readonly string[];
}

function issue({ name, path, scopes }: Caller): { name: string; hash: string; scopes: readonly string[] } {
  const token = newToken();
  writeSecret(path, token);
  return { name, hash: hashToken(token), scopes };
}
