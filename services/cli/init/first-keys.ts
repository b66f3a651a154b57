import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Caller } from '../../shared/trust/callers.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import { publicJwk, type PublicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { addKnownApprovers, addMadeKeys, keysInFiles } from '../../shared/trust/directory/made-keys.js';
import { parseKid } from '../../shared/trust/kid.js';
import { hashToken, newToken, SCOPES } from '../../shared/trust/tokens.js';
import { DAY_MS, newEntry } from './key-entry.js';
import { keyFiles } from './key-files.js';
import { routerName, routerNumbers } from '../home/process-names.js';
import { changeCallers } from '../token/change-callers.js';
import { ensureFolder } from './make-folder.js';
import { writeKeyOut, writeSecret, writeSecretJson } from './secrets.js';

/** Scopes of those who may read everything at the auditor. */
const READING = SCOPES.auditor.filter((scope) => scope !== 'policies:write' && scope !== 'log:cosign');
const CONSOLE_SCOPES = ['decisions:read', 'quarantine:read', 'policies:read'];
/** Operators and authors need the viewer scope too. */
const CONSOLE_ROLES = { viewer: ['viewer'], operator: ['viewer', 'operator'], author: ['viewer', 'author'] };

/** Creates the root key, and the signing keys of the hub and of these organisations; returns the public keys for the directory. */
export async function writeSigningKeys(
  home: Home,
  orgs: readonly OrgId[],
  routers: number,
): Promise<readonly PublicJwk[]> {
  const root = await generateKey('root:root:1');
  ensureFolder(dirname(home.rootKey));
  writeKeyOut(home.rootKey, root);
  writeSecretJson(home.anchor, publicJwk(root));
  const keys = await Promise.all(
    keyFiles(home, { orgs, routers }).map(async ({ owner, use, number = 1, path }) => {
      const key = await generateKey(`${owner}:${use}:${number}`);
      writeSecretJson(path, key);
      return publicJwk(key);
    }),
  );
  for (const org of orgs) {
    addMadeKeys(home.org(org), keysInFiles(home.org(org)));
    const ofApprovers = keys.map(({ kid, x }) => ({ ...parseKid(kid), x })).filter(isApproverOf(org));
    addKnownApprovers(
      home.org(org),
      ofApprovers.map(({ x }) => x),
    );
  }
  return keys;
}

function isApproverOf(org: OrgId): (key: ReturnType<typeof parseKid>) => boolean {
  return ({ owner, use }) => owner === org && use === 'approver';
}

/**
 * Returns a key as the first directory lists it: valid since a day ago, to allow for clock differences. `person` holds the
 * operator key; the approvers of a demonstration are invented.
 */
export function listFirstKey(
  key: PublicJwk,
  { now, person }: { readonly now: Date; readonly person: string },
): KeyEntry {
  const holder = holderOf(key.kid, person);
  return newEntry(key, { notBefore: new Date(now.getTime() - DAY_MS), person: holder });
}

function holderOf(kid: string, operator: string): string | undefined {
  const { owner, use } = parseKid(kid);
  if (use === 'approver') return `Approver ${kid.split(':').at(-1)} of ${owner}`;
  return use === 'operator' ? operator : undefined;
}

/** Creates the first bearer tokens: in plain text for the caller, as hashes for the service. */
export function writeTokens(home: Home, orgs: readonly OrgId[], routers: number): void {
  for (const org of orgs) writeGatewayToken(home, org);
  writeSecretJson(home.hub('auditor', 'tokens.json'), { tokens: auditorTokens(home, routers).map(issue) });
  writeConsoleTokens(home, orgs);
}

/** Creates the token of an organisation's local systems, with every scope. */
export function writeGatewayToken(home: Home, org: OrgId): void {
  const token = { name: `${org}-local`, path: home.org(org, 'token'), scopes: SCOPES.gateway };
  writeSecretJson(home.org(org, 'tokens.json'), { tokens: [issue(token)] });
}

function auditorTokens(home: Home, routers: number): readonly FirstToken[] {
  return [
    ...routerNumbers(routers).map((n) => ({
      name: routerName(n),
      path: home.router(n, 'auditor.token'),
      scopes: ['records:read', 'policies:read', 'policies:write', 'overheld:read', 'log:read', 'log:cosign'],
    })),
    { name: 'console', path: home.hub('console', 'auditor.token'), scopes: CONSOLE_SCOPES },
    {
      name: 'operator',
      path: home.hub('operator', 'auditor.token'),
      scopes: ['quarantine:read', 'policies:read'],
    },
    { name: 'federation-auditor', path: home.hub('auditor', 'federation.token'), scopes: READING },
  ];
}

/**
 * Creates the missing tokens of the console: one for each role of the federation's own users, and one viewer for each
 * organisation, which is limited to that organisation. Keeps the other tokens of the file.
 */
export function writeConsoleTokens(home: Home, orgs: readonly OrgId[]): void {
  const path = home.hub('console', 'tokens.json');
  const wanted = consoleTokens(home, orgs);
  if (!existsSync(path)) return writeSecretJson(path, { tokens: wanted.map(issue) });
  changeCallers(path, (kept) => {
    // Leaves out a token whose file exists but whose entry was removed: it was revoked.
    const missing = wanted.filter(
      (one) => !existsSync(one.path) && !kept.some(({ name }) => name === one.name),
    );
    return missing.length === 0 ? kept : [...kept, ...missing.map(issue)];
  });
}

function consoleTokens(home: Home, orgs: readonly OrgId[]): readonly FirstToken[] {
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

/** A token to create, and the file for its plain text. */
interface FirstToken extends Omit<Caller, 'hash'> {
  readonly path: string;
}

function issue({ path, ...caller }: FirstToken): Caller {
  const token = newToken();
  writeSecret(path, token);
  return { ...caller, hash: hashToken(token) };
}
