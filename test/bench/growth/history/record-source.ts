import { v7 as uuidv7 } from 'uuid';
import { jtiOf, parseNoticeId } from '../../../../services/shared/kernel/ids.js';
import type { ReportPart } from '../../../../services/shared/ledger/record-parts.js';
import { signReport } from '../../../../services/shared/ledger/record-sign.js';
import type { Home } from '../../../../services/shared/runtime/home.js';
import type { Entry } from '../../../../services/shared/store/append/archived-entry.js';
import { readSigner } from '../../../../services/shared/trust/keys.js';
import { readDirectory } from '../../../../services/shared/trust/read-directory.js';
import { subjects } from '../../../../services/shared/wire/subjects.js';
import { sampleReports } from '../../parts/sample-report.js';
import { prepare } from '../../prepare.js';

/** A record as the ledger holds it, and the id of one of its notices. */
export interface SourcedRecord {
  readonly entry: Entry;
  readonly notice: string;
}

/** Makes any number of records that the auditor would archive. */
export interface RecordSource {
  /** Signs the record with this sequence. */
  record(seq: number): Promise<SourcedRecord>;
}

/** Notices in one record. */
const NOTICES = 8;

/**
 * Creates a source of routing reports by the shipped policies. All have the parts of one report, each with ids of its own, and
 * each is signed with the router's key.
 */
export async function createRecordSource(home: Home, epoch = 'history'): Promise<RecordSource> {
  const directory = await readDirectory(home);
  const [prepared] = await prepare(home, directory, { count: NOTICES });
  if (prepared === undefined) throw new Error('no organisation');
  const signer = await readSigner(home.hub('router', 'hub.jwk'));
  const recording = { signer, federation: directory.federation, now: new Date() };
  const content = (await sampleReports(directory, prepared))(NOTICES);
  const subject = subjects.ledger(prepared.org);
  return {
    record: async (seq) => {
      const { parts, notice } = withOwnIds(content.parts);
      const { bytes } = await signReport({ ...content, parts }, recording);
      return { entry: { epoch, seq, subject, bytes }, notice };
    },
  };
}

/** Copies the parts of a report with new ids for its notices. */
function withOwnIds(parts: readonly ReportPart[]): {
  readonly parts: readonly ReportPart[];
  readonly notice: string;
} {
  const own = new Map<string, string>();
  const idOf = (jti: string): string => {
    const known = own.get(jti) ?? uuidv7();
    own.set(jti, known);
    return known;
  };
  const copied = parts.map((part): ReportPart => {
    if (part.jti === null) return part;
    return { ...part, jti: jtiOf(parseNoticeId(idOf(part.jti)), 1) };
  });
  return { parts: copied, notice: [...own.values()][0] ?? '' };
}
