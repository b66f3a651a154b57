import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Granting, JudgedKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { type KeyRequest, readKeyRequest } from '../../shared/trust/directory/key-request.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { writeSecret } from '../init/secrets.js';
import type { ReloadDeps } from '../org/reload-broker.js';
import { admitNkeys, admittedNkeys, requireNkeyUnused } from './gateway-nkeys.js';

/** How far apart two requests are that the hub grants by itself, in seconds: each is a reload of the broker. */
const MIN_APART_S = 3_600;

/**
 * Returns who grants a request at this hub: for the next nkey of a gateway a person, unless it replaces the present one, which signed
 * it, for the first time within an hour. Throws as `admittedNkeys` does.
 */
export function grantingAt(home: Home, request: KeyRequest, { granting }: JudgedKeyRequest): Granting {
  const { wish, iss, iat } = request;
  if (wish.type !== 'nkey' || granting === 'person') return granting;
  const admitted = admittedNkeys(home, iss);
  if (admitted.includes(wish.nkey)) return 'automatic';
  const isSpaced = iat >= lastGranted(home, iss).iat + MIN_APART_S;
  return isSpaced && admitted.includes(wish.replaces ?? '') ? 'automatic' : 'person';
}

/**
 * Lets the gateway of a member log in with the nkey that a request asks for: beside the present one if it replaces that, until the
 * gateway has changed over, and otherwise alone. The caller holds `lockDirectory` and has judged the request. Throws `key-invalid` for the
 * nkey of another user, `request-used` for a request that is not newer than the one granted last, and as `admitNkeys` does.
 */
export async function grantNkey(home: Home, request: KeyRequest, deps: ReloadDeps): Promise<void> {
  const { wish, iss, iat, text } = request;
  if (wish.type !== 'nkey') throw fail('internal', 'a request for another key than an nkey');
  const admitted = admittedNkeys(home, iss);
  requireNkeyUnused(home, iss, wish.nkey);
  const [last, isAdmitted] = [lastGranted(home, iss), admitted.includes(wish.nkey)];
  // One that an interrupted call admitted is not noted, and the broker may not know it yet.
  if (isAdmitted && last.nkey === wish.nkey) return;
  if (!isAdmitted && iat <= last.iat)
    throw fail('request-used', `a request of \`${iss}\` that is not older was granted: make a new one`);
  const present = admitted.filter((nkey) => nkey === wish.replaces);
  await admitNkeys(home, iss, { ...deps, nkeys: isAdmitted ? admitted : [...present, wish.nkey] });
  writeSecret(grantedFile(home, iss), text);
}

/** Returns the date of the request for an nkey that was granted last, in seconds, and the nkey. */
function lastGranted(home: Home, org: OrgId): { readonly iat: number; readonly nkey?: string } {
  const path = grantedFile(home, org);
  if (!existsSync(path)) return { iat: 0 };
  const { iat, wish } = readKeyRequest(readSecret(path)).claims;
  return wish.type === 'nkey' ? { iat, nkey: wish.nkey } : { iat };
}

/** Returns the file of the request for an nkey that was granted last. */
export function grantedFile(home: Home, org: OrgId): string {
  return home.org(org, 'nkey-request.json');
}
