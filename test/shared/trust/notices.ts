import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { composeNotice, parseDraft } from '../../../services/shared/notice/draft.js';
import type { Notice } from '../../../services/shared/notice/notice.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { NOW } from './federation.js';

export const EUROPOL = parseOrgId('europol');

/** An example of `proto/examples` as europol would issue it now. */
export function exampleNotice(kind = 'red', change: { readonly sections?: object } = {}): Notice {
  const draft = parseDraft(
    JSON.parse(readFileSync(join(projectRoot, 'proto', 'examples', `${kind}.json`), 'utf8')),
  );
  return composeNotice(
    { ...draft, sections: { ...draft.sections, ...change.sections } },
    {
      id: parseNoticeId('01977000-0000-7000-8000-000000000001'),
      number: 1,
      originator: EUROPOL,
      now: NOW,
    },
  );
}

/** The payload of a valid notice over the given disclosures, from which tests forge others. */
export function payloadOf({ header }: Notice, texts: readonly string[]): Record<string, unknown> {
  const decoys = Array.from({ length: 20 - texts.length }, (_, index) => digest(`decoy ${index}`));
  return {
    iss: header.originator,
    iat: Date.parse(header.issuedAt) / 1000,
    exp: Date.parse(header.expiresAt) / 1000,
    jti: `${header.id}.${header.number}`,
    aud: 'demo',
    notice: header,
    _sd: [...texts.map(digest), ...decoys].sort(),
    _sd_alg: 'sha-256',
  };
}

/** An unsigned disclosure, as an attacker can write it. */
export function disclosureText(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}
