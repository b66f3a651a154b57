import { jtiOf, parseNoticeId } from '../../shared/kernel/ids.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import { readDisclosure } from '../../shared/trust/disclosure.js';
import { splitSdJwt } from '../../shared/trust/sd-jwt.js';
import { decisionsOn } from '../own-decisions.js';

/** A section that is advertised to a holder and withheld from it. */
export interface SealedSection {
  /** SD-JWT digest of the revision. */
  readonly digest: string;
  /** Digest of the disclosure, and its text. */
  readonly disclosure: string;
  readonly text: string;
}

interface SealedAt {
  readonly own: OwnRow;
  readonly to: string;
  readonly section: string;
}

/**
 * Finds the disclosure of a section that the records on a revision advertise to the holder `to` and withhold
 * from it; undefined for any other section, and once the text of the revision is erased.
 */
export function sealedSection(
  store: GatewayStore,
  { own, to, section }: SealedAt,
): SealedSection | undefined {
  const jti = jtiOf(parseNoticeId(own.id), own.number);
  const decision = decisionsOn(jti, store.settlement.recordsOf(own.seq)).find((one) => one['to'] === to);
  const lists = [decision?.['withheld'], decision?.['advertised']];
  if (decision?.['outcome'] === 'denied' || !lists.every((list) => isListed(list, section))) return undefined;
  const sdJwt = store.own.sdJwt(own.seq);
  const disclosures = sdJwt === undefined ? [] : splitSdJwt(sdJwt).disclosures.map(readDisclosure);
  const found = disclosures.find(({ name }) => name === section);
  return found && { digest: own.digest, disclosure: found.digest, text: found.text };
}

function isListed(list: unknown, section: string): boolean {
  return Array.isArray(list) && list.includes(section);
}
