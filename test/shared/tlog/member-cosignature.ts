import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { witnessNameOf } from '../../../services/shared/tlog/member-witnesses.js';
import { formatSignatureLine, parseNote } from '../../../services/shared/tlog/signed-note.js';
import { noteSignerOf, SIGNATURE_TYPES } from '../../../services/shared/tlog/vkey.js';
import { readByteSigner } from '../../../services/shared/trust/byte-signer.js';
import type { Broker } from '../../support/broker.js';

/** The cosignature of a member of the federation `demo` over a note, as a line of the note. */
export async function memberCosignature(
  { home }: Pick<Broker, 'home'>,
  org: string,
  note: string,
): Promise<string> {
  const key = await readByteSigner(home.org(parseOrgId(org), 'witness.jwk'));
  const signer = noteSignerOf(witnessNameOf('demo', org), SIGNATURE_TYPES.cosignature, key);
  return formatSignatureLine(cosign(parseNote(note).text, 1_900_000_000, signer));
}
