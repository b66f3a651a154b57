import { digestOfDisclosures } from '../../services/shared/trust/copy-digests.js';

const NONE = digestOfDisclosures([]);

/** The digest of the disclosures of an invented notice, which has none whatever its sections are. */
export const noDisclosures = (): string => NONE;
