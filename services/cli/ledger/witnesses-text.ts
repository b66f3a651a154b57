import { existsSync } from 'node:fs';
import { isOrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import type { ShownLog, ShownWitness } from '../../shared/wire/shown-ledger.js';
import { counted } from '../../shared/wire/counted.js';

/**
 * Describes in a line how far the witnesses cosigned the log, and says when one machine holds all of them. A witness is behind when
 * it lacks what a quorum cosigned: in a log that grows, the newest checkpoint has always entries that were not cosigned yet.
 */
export function witnessesText({ size, quorate, witnesses }: ShownLog, home: Home): string {
  if (witnesses.length === 0) return 'none are needed: the policy has no quorum';
  if (size === null) return 'no checkpoint was published yet';
  const reached = quorate ?? size;
  const behind = witnesses.filter((witness) => lagOf(witness, reached) !== 0);
  const entries = counted(reached, 'entry', 'entries');
  const what = quorate === null ? `the newest checkpoint, of ${entries}` : `the ${entries} with a quorum`;
  const newer = size - reached;
  const lags = behind.map((witness) => `${witness.name} by ${lagOf(witness, reached) ?? 'all'}`);
  return [
    `${witnesses.length - behind.length} of ${witnesses.length} cosigned ${what}`,
    ...(newer === 0
      ? []
      : [`${newer.toLocaleString('en')} newer ${newer === 1 ? 'one has' : 'ones have'} none yet`]),
    ...(lags.length === 0 ? [] : [`behind: ${lags.join(', ')}`]),
    ...(witnesses.every((witness) => isHere(witness, home)) ? ['one machine holds them all'] : []),
  ].join('; ');
}

/** Returns how many of these entries of the log a witness did not cosign yet; null if it cosigned none. */
export function lagOf(witness: ShownWitness, size: number): number | null {
  return witness.size === null ? null : Math.max(0, size - witness.size);
}

/** True if the key of a gateway is in this home; a witness over `http:` is on the machine of the auditor. */
function isHere({ key, url }: ShownWitness, home: Home): boolean {
  if (url !== null) return url.startsWith('http:');
  const org = key.slice(key.lastIndexOf('/') + 1);
  return isOrgId(org) && existsSync(home.org(org, 'witness.jwk'));
}
