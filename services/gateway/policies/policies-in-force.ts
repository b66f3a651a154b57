import { errorFrom, fail, isCode } from '../../shared/kernel/errors.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { verifyContribution } from '../../shared/ledger/release/contribution.js';
import { type ReleaseReading, verifyReleasedFiles } from '../../shared/ledger/release/release.js';
import { type ReleaseFiles, unpackRelease } from '../../shared/ledger/release/release-files.js';
import { digest } from '../../shared/trust/digest.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import type { Identity } from '../identity.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import type { PoliciesPart } from '../outbound/parse-policies.js';

/** Files in force, verified against the signed release that has them. */
export interface FilesInForce {
  /** Null for files that are in no release: nothing signs them. */
  readonly release: {
    readonly version: number;
    /** Digest of its statement. */
    readonly statement: string;
    /** When the ledger recorded it, as the hub says. */
    readonly recordedAt: string;
    /** True if the key that signed it was revoked; only the hub says that it was recorded before. */
    readonly keyRevoked: boolean;
  } | null;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

/** The files of the federation in force, and the own rules; null without a release of this organisation. */
export interface PoliciesInForce {
  readonly federation: FilesInForce;
  readonly own: FilesInForce | null;
}

interface InForceDeps {
  readonly identity: Pick<Identity, 'org' | 'clock' | 'directory'>;
  readonly questions: Pick<HubQuestions, 'policies'>;
}

/**
 * Returns a function that asks the hub for what is in force and verifies the answers: names of files by the closed list of a release, and
 * where an answer names a release, its signature and that it has these files. Which release is in force, no signature says. It throws
 * `digest-mismatch` for other files than those signed, `release-refused` for everything else that cannot be verified, `not-ready` for a
 * change while it asks, and as `QueryClient.ask` does.
 */
export function createInForce({ identity, questions }: InForceDeps): () => Promise<PoliciesInForce> {
  const { org, clock, directory } = identity;
  return async () => {
    const federation = await readWhole(questions, 'federation');
    const own = await readWhole(questions, 'own');
    const reading = { directory: directory.current(), org, now: clock() };
    return verified(async () => ({
      federation: await verifyFiles(federation, { ...reading, org: LEDGER_OWNER }),
      own: own.size === 0 ? null : await verifyOwn(own, reading),
    }));
  };
}

/** The most parts that are asked for: a hub of this version sends two. */
const MAX_PARTS = 8;

/** Asks for the parts of what is in force until they are whole. */
async function readWhole(
  { policies }: Pick<HubQuestions, 'policies'>,
  whose: 'federation' | 'own',
): Promise<PoliciesPart> {
  const first = await policies(whose, 0);
  let { files } = first;
  for (let parts = 1; parts < MAX_PARTS && files.length < first.size; parts += 1) {
    const next = await policies(whose, files.length);
    if (next.statement !== first.statement || next.size !== first.size)
      throw fail('not-ready', 'other policies came into force while the hub was asked: try again');
    files = Buffer.concat([files, next.files]);
  }
  return { ...first, files };
}

async function verified<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const { code, message, family } = errorFrom(thrown);
    if (family === 'operational' || code === 'digest-mismatch') throw thrown;
    throw fail('release-refused', `the answer of the hub is not used: ${message} (\`${code}\`)`);
  }
}

async function verifyOwn(part: PoliciesPart, reading: ReleaseReading): Promise<FilesInForce> {
  if (part.statement === null) throw fail('token-malformed', 'the own rules are in no release');
  return verifyFiles(part, reading);
}

async function verifyFiles(
  { statement, recordedAt, files: packed }: PoliciesPart,
  reading: ReleaseReading,
): Promise<FilesInForce> {
  const { files } = unpackRelease(packed, reading.org);
  const listed = Array.from(files, ([name, text]) => ({ name, text }));
  if (statement === null || recordedAt === null) return { release: null, files: listed };
  const asRecorded = { ...reading, recorded: new Date(recordedAt) };
  const { version, keyRevoked } = await verifyAsRecorded(statement, files, asRecorded);
  return { release: { version, statement: digest(statement), recordedAt, keyRevoked }, files: listed };
}

type RecordedReading = ReleaseReading & Required<Pick<ReleaseReading, 'recorded'>>;

/** Verifies as of now, and for a key that was revoked since, as of the time at which the hub says that the ledger recorded it. */
async function verifyAsRecorded(
  statement: string,
  files: ReleaseFiles,
  { recorded, ...reading }: RecordedReading,
) {
  try {
    const { version } = await verifyStatement(statement, files, reading);
    return { version, keyRevoked: false };
  } catch (thrown) {
    if (!isCode(thrown, 'key-revoked')) throw thrown;
    const { version } = await verifyStatement(statement, files, { ...reading, recorded });
    return { version, keyRevoked: true };
  }
}

/** Verifies the statement of a release, or of what a member contributed to a joint one. */
async function verifyStatement(
  statement: string,
  files: ReleaseFiles,
  { org, ...reading }: ReleaseReading,
): Promise<{ readonly version: number }> {
  const isRelease = Object.hasOwn(Object(claimsIn(statement)) as object, 'files');
  if (isRelease || org === LEDGER_OWNER) return verifyReleasedFiles(statement, files, { ...reading, org });
  const contribution = await verifyContribution({ statement, files }, reading);
  if (contribution.org === org) return contribution;
  throw fail('issuer-mismatch', 'a contribution of another organisation');
}
