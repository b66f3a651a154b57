import { noteSignerOf, type NoteSigner, SIGNATURE_TYPES } from '../../shared/tlog/vkey.js';
import { witnessNameOf } from '../../shared/tlog/member-witnesses.js';
import type { ByteSigner } from '../../shared/trust/byte-signer.js';
import { isInForce, isSuspended } from '../../shared/trust/directory.js';
import type { Identity } from '../identity.js';

/** Returns the `witness` key that signs now. */
export type WitnessKey = () => ByteSigner;

/** The key of a witness under its name in notes; undefined while the directory does not list it as in force. */
export function witnessSignerOf(
  { org, directory, clock }: Pick<Identity, 'org' | 'directory' | 'clock'>,
  witnessKey: WitnessKey | undefined,
): NoteSigner | undefined {
  const key = witnessKey?.();
  const current = directory.current();
  const own = current.organisations.get(org);
  if (key === undefined || own === undefined || isSuspended(own, clock())) return undefined;
  if (!isInForce(current.key(key.kid), clock())) return undefined;
  return noteSignerOf(witnessNameOf(current.federation, org), SIGNATURE_TYPES.cosignature, key);
}
