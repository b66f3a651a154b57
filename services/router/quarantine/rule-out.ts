import { getAt } from '../../shared/bus/direct-get.js';
import { sources } from '../../shared/bus/streams.js';
import { hexDigest } from '../../shared/trust/digest.js';
import type { Hub } from '../hub.js';
import type { Order } from './open-command.js';
import type { CommandResolution } from './record-command.js';

const { stream } = sources.ledgerAuditor;

/**
 * Judges a command that rules a record out: it must name the current epoch, and a record with exactly these bytes. Does not
 * check whether the record can be verified: the auditor looks for a rule-out only at a record that it cannot verify.
 */
export async function ruleOut(
  { core, store }: Hub,
  { command: { place, entry } }: Pick<Order, 'command'>,
): Promise<CommandResolution> {
  const isHere = place !== undefined && place.epoch === store.fact('epoch');
  const stored = isHere ? await getAt(core, { stream, seq: place.sequence }) : undefined;
  if (stored === undefined) return { outcome: 'refused', code: 'not-found' };
  if (hexDigest(stored.bytes) !== entry) return { outcome: 'refused', code: 'digest-mismatch' };
  return { outcome: 'ruled-out', code: null };
}
