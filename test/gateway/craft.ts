import { readFileSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { type FrameId, parseNoticeId, parseOrgId } from '../../services/shared/kernel/ids.js';
import { composeNotice, parseDraft } from '../../services/shared/notice/draft.js';
import type { Section } from '../../services/shared/notice/kinds.js';
import { frameId } from '../../services/shared/trust/digest.js';
import { type Directory, signDirectory } from '../../services/shared/trust/directory.js';
import type { DirectorySource } from '../../services/shared/trust/directory-source.js';
import { readSigner } from '../../services/shared/trust/keys.js';
import { sourceOf } from '../support/directory-source.js';
import {
  openSubmission,
  type SubmittedNotice,
  type Verified,
} from '../../services/shared/trust/open-notice.js';
import { issueNotice } from '../../services/shared/trust/sd-jwt.js';
import type { Broker } from '../support/broker.js';
import { example, type Json } from './start-gateway.js';

interface Crafting {
  readonly originator?: string;
  readonly kind?: string;
  readonly id?: string;
  readonly number?: number;
  readonly now?: Date;
  readonly expiresAfter?: string;
  /** A text to look for in the section `threat`; red notices only. */
  readonly canary?: string;
}

export interface Crafted {
  readonly sdJwt: string;
  readonly notice: Verified<SubmittedNotice>;
  readonly sections: readonly Section[];
}

/** Signs a notice as an originator's gateway does, with the test's own numbers and times. */
export async function craft(broker: Broker, directory: Directory, crafting: Crafting = {}): Promise<Crafted> {
  const { originator = 'europol', kind = 'red', id = uuidv7(), number = 1 } = crafting;
  const { now = new Date(), expiresAfter } = crafting;
  const org = parseOrgId(originator);
  const { header, sections } = example(kind);
  const changed = expiresAfter === undefined ? {} : { expiresAfter, reviewAfter: expiresAfter };
  const draft = parseDraft({
    header: { ...header, ...changed },
    sections: withCanary(sections, crafting.canary),
  });
  const composing = { id: parseNoticeId(id), number, originator: org, now };
  const signer = await readSigner(broker.home.org(org, 'notice.jwk'));
  const sdJwt = await issueNotice(composeNotice(draft, composing), {
    federation: directory.federation,
    signer,
  });
  const notice = await openSubmission(sdJwt, { directory, originator: org, now });
  return { sdJwt, notice, sections: notice.sections };
}

/** Puts the canary into the section `threat` of a red notice. */
function withCanary(sections: Json, canary: string | undefined): unknown {
  if (canary === undefined) return sections;
  return { ...sections, threat: { ...Object(sections['threat']), description: canary } };
}

let frames = 0;

/** A new frame id. */
export function someFrame(originator = 'europol'): FrameId {
  frames += 1;
  return frameId('submission', originator, Buffer.from(`frame ${frames}`));
}

/** Every byte that the gateway of `org` has on its disk. */
export function bytesOnDisk(broker: Broker, org: string): Buffer {
  const path = broker.home.org(parseOrgId(org), 'gateway.db');
  return Buffer.concat([path, `${path}-wal`].map((file) => readFileSync(file)));
}

/** The next version of the directory, signed by the federation's root. */
export async function nextDirectory(
  broker: Broker,
  held: Directory,
  edit: (source: DirectorySource) => DirectorySource,
): Promise<Uint8Array> {
  const root = await readSigner(broker.home.rootKey);
  return signDirectory({ ...edit(sourceOf(held)), version: held.version + 1, previous: held.digest }, root);
}

/** The next version, in which these keys are revoked since yesterday. */
export function revoking(broker: Broker, held: Directory, kids: readonly string[]): Promise<Uint8Array> {
  const revokedAt = `${new Date(Date.now() - 86_400_000).toISOString().slice(0, 19)}Z`;
  return nextDirectory(broker, held, (source) => {
    const members = Object.entries(source.organisations).map(([org, member]) => {
      const keys = member.keys.map((key) => (kids.includes(key.kid) ? { ...key, revokedAt } : key));
      return [org, { ...member, keys }] as const;
    });
    return { ...source, organisations: Object.fromEntries(members) };
  });
}

/** The next version, in which the member has these dates. */
export function dating(
  broker: Broker,
  held: Directory,
  { org, ...dates }: { readonly org: string } & Partial<Record<'suspendedAt' | 'leavingAt' | 'leftAt', Date>>,
): Promise<Uint8Array> {
  const texts = Object.entries(dates).map(([name, date]) => [name, `${date.toISOString().slice(0, 19)}Z`]);
  return nextDirectory(broker, held, (source) => ({
    ...source,
    organisations: {
      ...source.organisations,
      [org]: { ...source.organisations[org]!, ...Object.fromEntries(texts) },
    },
  }));
}
