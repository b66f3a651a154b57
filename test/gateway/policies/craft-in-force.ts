import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBase64 } from '../../../services/shared/kernel/base64.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import { signContribution } from '../../../services/shared/ledger/release/contribution.js';
import { signRelease } from '../../../services/shared/ledger/release/release.js';
import {
  FILES_OF_FEDERATION,
  packRelease,
  type ReleaseFiles,
} from '../../../services/shared/ledger/release/release-files.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { MAX_POLICIES_PART_BYTES } from '../../../services/shared/wire/frame-limits.js';
import type { Broker } from '../../support/broker.js';
import { rule } from '../../support/hub.js';

/** The files of the federation in the sample. */
export const FEDERATION: ReleaseFiles = new Map(
  FILES_OF_FEDERATION.map((path) => [path, readFileSync(join(projectRoot, 'policies', path), 'utf8')]),
);

/** Rules of europol that permit red notices. */
export const OWN: ReleaseFiles = new Map(
  ['export', 'import'].map((layer) => [
    `${layer}.cedar`,
    rule(`eur-${layer}-red`, 'permit (principal, action, resource) when { resource.kind == Kind::"red" };'),
  ]),
);

/** When the ledger recorded each release, as the hub says: before a key that `revoking` revokes. */
export const RECORDED_AT = new Date(Date.now() - 172_800_000).toISOString();

/** Where the keys of the signers are, and the directory that lists them. */
export interface Signing {
  readonly broker: Broker;
  readonly directory: Directory;
}

/** What a played hub has in force of one owner. */
export interface PlayedFiles {
  readonly statement: string | null;
  readonly recordedAt: string | null;
  readonly files: Uint8Array;
}

/** What is in force where an organisation has no release. */
export const NONE: PlayedFiles = { statement: null, recordedAt: null, files: new Uint8Array() };

/** Returns the answers of a hub that has these files in force. */
export function answering(federation: PlayedFiles, own: PlayedFiles): (query: Claims) => Claims {
  return ({ type, whose, from }) => {
    const { files, ...signed } = whose === 'own' ? own : federation;
    const part = files.subarray(Number(from), Number(from) + MAX_POLICIES_PART_BYTES);
    return { type: String(type), ...signed, size: files.length, files: encodeBase64(part) };
  };
}

export const packedFiles = (files: ReleaseFiles, org: string): Uint8Array =>
  packRelease({ files, approvals: [] }, parseOrgId(org));

/** Files of the federation that are in no release. */
export const unreleased = (files: ReleaseFiles): PlayedFiles => ({
  statement: null,
  recordedAt: null,
  files: packedFiles(files, LEDGER_OWNER),
});

interface Released {
  readonly files: ReleaseFiles;
  /** Whose release it is, and whose key signs it; by default europol. */
  readonly org?: string;
  readonly version?: number;
  readonly isContribution?: boolean;
}

/** Files of a release that its owner signed. */
export async function released(
  { broker, directory }: Signing,
  { files, org = 'europol', version = 3, isContribution = false }: Released,
): Promise<PlayedFiles> {
  const { home } = broker;
  const key = org === LEDGER_OWNER ? home.operatorKey : home.org(parseOrgId(org), 'policy.jwk');
  const signing = {
    signer: await readSigner(key),
    federation: directory.federation,
    now: new Date(),
  };
  const content = { files, version, previous: null };
  const { statement } = isContribution
    ? await signContribution(content, signing)
    : await signRelease({ ...content, approvals: [] }, signing);
  return { statement, recordedAt: RECORDED_AT, files: packedFiles(files, org) };
}
