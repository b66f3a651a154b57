import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import type { Section } from '../../shared/notice/kinds.js';
import { parseReceived } from '../../shared/notice/notice.js';
import { hashCopy } from '../../shared/trust/copy-digests.js';
import { readDisclosure } from '../../shared/trust/disclosure.js';
import type { Claims } from '../../shared/trust/jws.js';
import { hashDisclosure, joinSdJwt, readDisclosed, splitSdJwt } from '../../shared/trust/sd-jwt.js';

/** Returns a stored copy without the disclosures of these sections. The rest verifies as before (RFC 9901 section 7.2). */
export function withoutSections(sdJwt: string, sections: readonly string[]): string {
  const { jwt, disclosures } = splitSdJwt(sdJwt);
  const kept = disclosures.filter((text) => !sections.includes(readDisclosure(text).name));
  return joinSdJwt(jwt, kept);
}

/** Returns a stored copy with the disclosures of these sections alone. */
export function withOnly(sdJwt: string, sections: readonly string[]): string {
  const { jwt, disclosures } = splitSdJwt(sdJwt);
  const kept = disclosures.filter((text) => sections.includes(readDisclosure(text).name));
  return joinSdJwt(jwt, kept);
}

/**
 * Returns a stored copy with one more disclosure. The signature of the copy was verified when it came, and it covers the digest of
 * the disclosure. Throws `disclosure-invalid` when the copy does not refer to the disclosure, or discloses the section already with
 * another text, and `schema-invalid` for a section that the kind does not have in this form.
 */
export function withDisclosure(sdJwt: string, text: string): string {
  const { jwt, disclosures } = splitSdJwt(sdJwt);
  if (disclosures.includes(text)) return sdJwt;
  const claims = parseStrictJson(decodeBase64url(jwt.split('.')[1] ?? '')) as Claims;
  const { values } = readDisclosed(claims, [...disclosures, text].map(hashDisclosure));
  if (values.has('routing'))
    throw fail('section-unexpected', 'the routing of a notice is disclosed to a holder');
  parseReceived({ header: claims['notice'], sections: Object.fromEntries(values) });
  return joinSdJwt(jwt, [...disclosures, text]);
}

/** Returns the sections that a stored copy discloses, sorted. */
export function sectionsOfCopy(sdJwt: string): readonly Section[] {
  return splitSdJwt(sdJwt)
    .disclosures.map((text) => readDisclosure(text).name)
    .filter((name) => name !== 'routing')
    .toSorted();
}

/** Returns the digest of the disclosures in a stored copy, as receipts name it. */
export function disclosedInCopy(sdJwt: string): string {
  const digests = hashCopy(sdJwt);
  if (digests === undefined) throw fail('internal', 'a stored copy is no SD-JWT');
  return digests.disclosed;
}
