import type { Code, LiaisonError } from '../../kernel/errors.js';
import type { ReadLine } from './verify-line.js';

/** A record of an export that differs from the entry of the log in its place. */
export interface RecordFault {
  readonly code: Code;
  readonly where: string;
  readonly detail: string;
}

/** The records of one bundle, and the entries of the log that they are compared with. */
interface BundleLines {
  /** The index of the first entry in the log. */
  readonly first: number;
  /** The entries of the bundle as digests. */
  readonly entries: readonly string[];
  readonly lines: readonly ReadLine[];
  /** The path of the file of the lines. */
  readonly path: string;
  /** False if the export leaves out records that its organisation may not see. */
  readonly isFull: boolean;
  /** True if another bundle of the log has this entry. */
  readonly isElsewhere: (digest: string) => Promise<boolean>;
}

/** What is wrong with a bundle; `missing` are the indexes of entries in the log whose record is not in it. */
interface Alignment {
  readonly faults: readonly RecordFault[];
  readonly missing: readonly number[];
}

/** The most faults that are reported, each on a line of its own; reading stops there. */
export const MAX_FAULTS = 20;

/** Compares the records of a bundle, line by line, with the entries of the log; stops after more than `MAX_FAULTS`. */
export async function alignRecords(bundle: BundleLines): Promise<Alignment> {
  const { first, entries, lines, path, isFull } = bundle;
  const indexes = new Map(entries.map((entry, index) => [entry, index]));
  const present = new Set(lines.map(({ digest }) => digest));
  const seen = new Set<string>();
  const faults: RecordFault[] = [];
  const missing: number[] = [];
  /** The place of the entry that the next line should have; a line for an earlier one is out of order. */
  let next = 0;
  const skipTo = (index: number): void => {
    for (; next < index; next += 1)
      if (isFull && !present.has(entries[next] ?? '')) missing.push(first + next);
  };
  for (const [at, line] of lines.entries()) {
    if (faults.length > MAX_FAULTS) break;
    const index = indexes.get(line.digest);
    const found = (code: Code, detail: string): unknown =>
      faults.push({ code, where: `${path}:${at + 1}`, detail });
    if (index === undefined) {
      const isInstead = isFull && next < entries.length && !present.has(entries[next] ?? '');
      const { code, detail } = await judgeStranger(line, bundle, isInstead);
      found(code, detail);
      if (isInstead) next += 1;
      continue;
    }
    const place = `entry ${first + index} of the log`;
    if (seen.has(line.digest)) found('record-doubled', `${place} a second time`);
    else if (index < next) found('record-reordered', `${place} is behind a later one`);
    else {
      skipTo(index);
      next = index + 1;
    }
    seen.add(line.digest);
    if (line.fault !== undefined) found(codeOfEntry(line.fault), `${place}: ${line.fault.message}`);
    else if (!line.isShown) found('record-foreign', `${place}, which an export with \`--own\` does not have`);
  }
  skipTo(entries.length);
  return { faults, missing };
}

/** Returns the code of a record whose statement is an entry of the log, and of which something else does not verify. */
function codeOfEntry({ code }: LiaisonError): Code {
  return code === 'digest-mismatch' ? 'record-flipped' : code;
}

/** The codes of a record that another hub signed, or that was signed for another federation. */
const FOREIGN: readonly Code[] = ['key-unknown', 'audience-mismatch', 'issuer-mismatch'];

/**
 * Judges a record whose digest is not an entry of its bundle. In a full export, a record that does not verify was flipped if
 * it is in the place of an entry (`isInstead`), and was added otherwise.
 */
async function judgeStranger(
  { digest, fault }: ReadLine,
  { isElsewhere, isFull }: Pick<BundleLines, 'isElsewhere' | 'isFull'>,
  isInstead: boolean,
): Promise<Pick<RecordFault, 'code' | 'detail'>> {
  if (digest !== '' && (await isElsewhere(digest))) {
    if (isInstead) return { code: 'record-reordered', detail: 'a record of another bundle is in its place' };
    return { code: 'record-doubled', detail: 'a record that another bundle has too' };
  }
  if (fault === undefined)
    return { code: 'record-foreign', detail: 'the hub signed it, but it is no entry of the log' };
  const isForeign = FOREIGN.includes(fault.code) || (isFull && !isInstead);
  const detail = `no entry of the log, and not as this hub signed it: ${fault.code}`;
  return { code: isForeign ? 'record-foreign' : 'record-flipped', detail };
}
