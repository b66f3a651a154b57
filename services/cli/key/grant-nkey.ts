import { existsSync, statSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Granting, JudgedKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { nkeyUserOf } from '../../shared/trust/directory/key-request-claims.js';
import { type KeyRequest, readKeyRequest } from '../../shared/trust/directory/key-request.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import type { NkeyOwner } from '../init/seed-path.js';
import { writeSecret } from '../init/secrets.js';
import type { ReloadDeps } from '../org/reload-broker.js';
import { admitNkeys, admittedNkeys, requireNkeyUnused } from './member-nkeys.js';

/** How far apart two requests of a member are granted without a person, by the clock of the hub: each is a reload of the broker. */
const MIN_APART_MS = 3_600_000;

/**
 * Returns who grants a request at this hub: for the next nkey of a member a person, unless it replaces an admitted one, which signed
 * it, and the last was granted an hour ago. Throws as `admittedNkeys` does.
 */
export function grantingAt(home: Home, request: KeyRequest, { granting }: JudgedKeyRequest): Granting {
  const { wish, iss } = request;
  if (wish.type !== 'nkey' || granting === 'person') return granting;
  const owner = { org: iss, user: nkeyUserOf(wish) };
  const admitted = admittedNkeys(home, owner);
  // Granted already, or by a call that was interrupted.
  if (admitted.at(-1) === wish.nkey) return 'automatic';
  const isSpaced = Date.now() >= lastGranted(home, owner).at + MIN_APART_MS;
  return isSpaced && admitted.includes(wish.replaces ?? '') ? 'automatic' : 'person';
}

/**
 * Lets a user of a member log in with the nkey that a request asks for: a gateway also with the admitted one that it replaces, until it has
 * changed over; a tail, which no notice waits for, with the next one alone. The caller holds `lockDirectory` and has judged the request.
 * Throws `key-invalid` for the nkey of another user, `request-used` for a request that is not newer than the one granted last, and as
 * `admitNkeys` does.
 */
export async function grantNkey(home: Home, request: KeyRequest, deps: ReloadDeps): Promise<void> {
  const { wish, iss, iat, text } = request;
  if (wish.type !== 'nkey') throw fail('internal', 'a request for another key than an nkey');
  const owner = { org: iss, user: nkeyUserOf(wish) };
  const admitted = admittedNkeys(home, owner);
  requireNkeyUnused(home, owner, wish.nkey);
  const [last, isNewest] = [lastGranted(home, owner), admitted.at(-1) === wish.nkey];
  // An nkey that an interrupted call admitted is not noted, and the broker may not know it yet.
  if (isNewest && last.nkey === wish.nkey) return;
  if (iat <= last.iat)
    throw fail('request-used', `a request of \`${iss}\` that is not older was granted: make a new one`);
  const replaced = admitted.filter((nkey) => owner.user === 'gateway' && nkey === wish.replaces);
  await admitNkeys(home, owner, { ...deps, nkeys: isNewest ? admitted : [...replaced, wish.nkey] });
  writeSecret(grantedFile(home, owner), text);
}

interface Granted {
  /** The date of the request, in seconds. */
  readonly iat: number;
  /** When it was granted, in milliseconds, by the clock of the hub: the member chooses the date of its request. */
  readonly at: number;
  readonly nkey?: string;
}

/** Returns the request for an nkey that was granted last. */
function lastGranted(home: Home, owner: NkeyOwner): Granted {
  const path = grantedFile(home, owner);
  if (!existsSync(path)) return { iat: 0, at: 0 };
  const { iat, wish } = readKeyRequest(readSecret(path)).claims;
  const at = statSync(path).mtimeMs;
  return wish.type === 'nkey' ? { iat, at, nkey: wish.nkey } : { iat, at };
}

/** Returns the file of the request for an nkey that was granted last. */
export function grantedFile(home: Home, { org, user }: NkeyOwner): string {
  return home.org(org, user === 'gateway' ? 'nkey-request.json' : 'tail-nkey-request.json');
}
