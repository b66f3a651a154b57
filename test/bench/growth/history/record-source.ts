import { v7 as uuidv7 } from 'uuid';
import { type Jti, jtiOf, noticeIdOf, parseNoticeId } from '../../../../services/shared/kernel/ids.js';
import type { ReportPart } from '../../../../services/shared/ledger/record-parts.js';
import { signReport } from '../../../../services/shared/ledger/record-sign.js';
import type { DisclosedOf } from '../../../../services/shared/ledger/report/held-parts.js';
import type { Home } from '../../../../services/shared/runtime/home.js';
import type { Entry } from '../../../../services/shared/store/append/archived-entry.js';
import { type Claims, signJws } from '../../../../services/shared/trust/jws.js';
import { claimsIn } from '../../../../services/shared/trust/token-claims.js';
import { frames } from '../../../../services/shared/wire/frames.js';
import { readSigner, type Signer } from '../../../../services/shared/trust/keys.js';
import { readDirectory } from '../../../../services/shared/trust/read-directory.js';
import { subjects } from '../../../../services/shared/wire/subjects.js';
import { sampleReports } from '../../parts/sample-report.js';
import { prepare } from '../../prepare.js';

/** A record as the ledger holds it. */
export interface SourcedRecord {
  readonly entry: Entry;
  /** The id of a notice that only this record is about; undefined for a record that repeats the notices of another one. */
  readonly notice: string | undefined;
}

/** Creates any number of records that the auditor would archive. */
export interface RecordSource {
  /** Signs the record with this sequence; no other record is about its notices. */
  record(seq: number): Promise<SourcedRecord & { readonly notice: string }>;
  /** Signs 64 records from a sequence on. All but the first repeat its notices, so that they cost only one signature. */
  batch(from: number): Promise<readonly SourcedRecord[]>;
}

/** Notices in one record. */
const NOTICES = 8;

/** Records that `batch` makes. */
export const RECORDS_IN_BATCH = 64;

/** Creates a source of routing reports by the shipped policies; each is signed with the router's key. */
export async function createRecordSource(home: Home, epoch = 'history'): Promise<RecordSource> {
  const directory = await readDirectory(home);
  const [prepared] = await prepare(home, directory, { count: NOTICES });
  if (prepared === undefined) throw new Error('no organisation');
  const signer = await readSigner(home.hub('router', 'hub.jwk'));
  const recording = { signer, federation: directory.federation, now: new Date() };
  const content = (await sampleReports(directory, prepared))(NOTICES);
  const subject = subjects.ledger(prepared.org);
  const entryOf = (seq: number, bytes: Uint8Array): Entry => ({ epoch, seq, subject, bytes });
  const record: RecordSource['record'] = async (seq) => {
    const { parts, notice, sampleOf } = withOwnIds(content.parts);
    const disclosedOf: DisclosedOf = (jti, sections) => content.disclosedOf(sampleOf(jti), sections);
    const { bytes } = await signReport({ ...content, parts, disclosedOf }, recording);
    return { entry: entryOf(seq, bytes), notice };
  };
  return {
    record,
    batch: async (from) => {
      const [single, repeated] = await Promise.all([record(from), record(from + 1)]);
      const others = Array.from({ length: RECORDS_IN_BATCH - 1 }, async (_, nth) => {
        const bytes = await signAgain(repeated.entry.bytes, nth, signer);
        return { entry: entryOf(from + 1 + nth, bytes), notice: undefined };
      });
      return [single, ...(await Promise.all(others))];
    },
  };
}

/** Signs the same parts again, as a report of another time. */
async function signAgain(bytes: Uint8Array, number: number, signer: Signer): Promise<Uint8Array> {
  const { statement } = frames.record.decode(bytes);
  if (statement === undefined || statement === null) throw new Error('a record without a statement');
  const claims = claimsIn(statement.statement) as Claims;
  const again = { ...claims, iat: Number(claims['iat']) - number };
  const signed = await signJws('report+jws', again, signer);
  return frames.record.encode({ statement: { ...statement, statement: signed } });
}

/** The parts of a report with new ids for its notices. */
interface RenamedParts {
  readonly parts: readonly ReportPart[];
  /** The id of its first notice. */
  readonly notice: string;
  /** Returns the revision of the sample that was given this one's id. */
  readonly sampleOf: (jti: Jti) => Jti;
}

function withOwnIds(parts: readonly ReportPart[]): RenamedParts {
  const own = new Map<Jti, Jti>();
  const renamed = (jti: Jti): Jti => {
    const known = own.get(jti) ?? jtiOf(parseNoticeId(uuidv7()), 1);
    own.set(jti, known);
    return known;
  };
  const copied = parts.map((part): ReportPart => {
    if (!('jti' in part) || part.jti === null) return part;
    return { ...part, jti: renamed(part.jti) };
  });
  const [first] = own.values();
  const samples = new Map([...own].map(([sample, copy]) => [copy, sample]));
  return {
    parts: copied,
    notice: first === undefined ? '' : noticeIdOf(first),
    sampleOf: (jti) => samples.get(jti) ?? jti,
  };
}
