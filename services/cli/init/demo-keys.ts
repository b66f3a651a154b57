import { existsSync } from 'node:fs';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Caller } from '../../shared/trust/callers.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import { publicJwk, type PublicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { parseKid } from '../../shared/trust/kid.js';
import { SCOPES } from '../../shared/trust/scopes.js';
import { hashToken, newToken } from '../../shared/trust/tokens.js';
import { DAY_MS, newEntry } from './key-entry.js';
import { keyFiles } from './key-files.js';
import { routerName, routerNumbers } from '../home/process-names.js';
import { changeCallers } from '../token/change-callers.js';
import { writeSecret, writeSecretJson } from './secrets.js';

const CONSOLE_SCOPES = ['decisions:read', 'quarantine:read'];
/** Who operates or writes rules also looks. */
const CONSOLE_ROLES = { viewer: ['viewer'], operator: ['viewer', 'operator'], author: ['viewer', 'author'] };

/** Makes every signing key of the demonstration on this machine; returns the public halves that the directory lists. */
export async function writeDemoKeys(
  home: Home,
  orgs: readonly OrgId[],
  routers: number,
): Promise<readonly PublicJwk[]> {
  const root = await generateKey('root:root:1');
  writeSecretJson(home.rootKey, root);
  writeSecretJson(home.anchor, publicJwk(root));
  return Promise.all(
    keyFiles(home, { orgs, routers }).map(async ({ owner, use, router = 1, path }) => {
      const key = await generateKey(`${owner}:${use}:${router}`);
      writeSecretJson(path, key);
      return publicJwk(key);
    }),
  );
}

/** An operator key is a person's: here whoever runs the demonstration. */
const DEMO_PERSON = 'demonstration operator';

/** As the first directory lists one: good from a day ago on, as clocks differ. */
export function listDemoKey(key: PublicJwk, now: Date): KeyEntry {
  const person = parseKid(key.kid).use === 'operator' ? DEMO_PERSON : undefined;
  return newEntry(key, { notBefore: new Date(now.getTime() - DAY_MS), person });
}

/** Makes the bearer tokens: in the clear where the caller reads them, hashed where the service does. */
export function writeDemoTokens(home: Home, orgs: readonly OrgId[], routers: number): void {
  for (const org of orgs) {
    const place = { name: `${org}-local`, path: home.org(org, 'token'), scopes: SCOPES.gateway };
    writeSecretJson(home.org(org, 'tokens.json'), { tokens: [issue(place)] });
  }
  const callers = [
    ...routerNumbers(routers).map((n) => ({
      name: routerName(n),
      path: home.router(n, 'auditor.token'),
      scopes: ['records:read'],
    })),
    { name: 'console', path: home.hub('console', 'auditor.token'), scopes: CONSOLE_SCOPES },
    { name: 'operator', path: home.hub('operator', 'auditor.token'), scopes: ['quarantine:read'] },
    { name: 'federation-auditor', path: home.hub('auditor', 'federation.token'), scopes: SCOPES.auditor },
  ];
  writeSecretJson(home.hub('auditor', 'tokens.json'), { tokens: callers.map(issue) });
  writeConsoleTokens(home, orgs);
}

/**
 * Makes the tokens of the console that are not there yet: one a role for the federation's own people, and one an
 * organisation, whose holder sees with its eyes. What else its file lists stays.
 */
export function writeConsoleTokens(home: Home, orgs: readonly OrgId[]): void {
  const path = home.hub('console', 'tokens.json');
  const wanted = consolePlaces(home, orgs);
  if (!existsSync(path)) return writeSecretJson(path, { tokens: wanted.map(issue) });
  changeCallers(path, (kept) => {
    // A token whose entry somebody took away is not given again.
    const missing = wanted.filter(
      (one) => !existsSync(one.path) && !kept.some(({ name }) => name === one.name),
    );
    return missing.length === 0 ? kept : [...kept, ...missing.map(issue)];
  });
}

function consolePlaces(home: Home, orgs: readonly OrgId[]): readonly Place[] {
  return [
    ...Object.entries(CONSOLE_ROLES).map(([name, scopes]) => ({
      name,
      scopes,
      path: home.hub('console', `${name}.token`),
    })),
    ...orgs.map((org) => ({
      name: `${org}-viewer`,
      scopes: CONSOLE_ROLES.viewer,
      org,
      path: home.org(org, 'console.token'),
    })),
  ];
}

interface Place extends Omit<Caller, 'hash'> {
  readonly path: string;
}

function issue({ path, ...caller }: Place): Caller {
  const token = newToken();
  writeSecret(path, token);
  return { ...caller, hash: hashToken(token) };
}
