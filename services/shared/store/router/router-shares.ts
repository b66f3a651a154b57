import { createBoundedMap } from '../../kernel/bounded-map.js';
import type { Database } from '../sqlite.js';
import { type AppliedRecord, inLedgerOrder, type ReportRow } from './router-ledger.js';

/** What a report says of its notices to each recipient, in the order of the report; stored as JSON with its record. */
export interface RecordedShares {
  /** `jti` and digest of the SD-JWT of each notice. */
  readonly notices: readonly (readonly [jti: string, digest: string])[];
  /** By recipient: the places of the notices that the report leaves it. */
  readonly left: Readonly<Record<string, readonly number[]>>;
  /** By recipient: the places of the notices that a narrowing takes away. */
  readonly gone: Readonly<Record<string, readonly number[]>>;
}

/** A notice of a delivery. */
export interface SharedNotice {
  readonly jti: string;
  /** SD-JWT digest. */
  readonly digest: string;
}

/** A delivery, and the records that it rests on. */
export interface NamedDelivery {
  readonly originator: string;
  readonly frame: string;
  readonly recipient: string;
  /** Digests, as a delivery statement or a receipt names them. */
  readonly records: readonly string[];
}

/** What the records leave to each recipient of a frame. */
export interface RouterShares {
  /**
   * The notices of a delivery that rests on these records, in its order. `unknown` if a record is not known; `impossible` if
   * no router makes a delivery of them: other records, another order, or an earlier narrowing left out.
   */
  noticesOf(delivery: NamedDelivery): readonly SharedNotice[] | 'unknown' | 'impossible';
  /** True if the notice is among those of `noticesOf`. */
  isIn(delivery: NamedDelivery, jti: string): boolean;
  /** The reports on a frame that a delivery of it rests on, by recipient: routing first, then narrowings. */
  recordsOf(originator: string, frame: string): readonly SharedRecord[];
  /** What the reports on a frame leave a recipient; nothing of a frame without a routing report. */
  leftTo(delivery: Omit<NamedDelivery, 'records'>): LeftNotices;
}

/** The notices of a frame that are left to a recipient, in the order of the frame. */
export interface LeftNotices {
  /** By the routing report alone. */
  readonly routed: readonly SharedNotice[];
  /** By the narrowings as well. */
  readonly now: readonly SharedNotice[];
}

/** A report on a frame with the recipients that it is about. */
export interface SharedRecord extends ReportRow {
  isAbout(recipient: string): boolean;
}

type Row = Pick<AppliedRecord, 'digest' | 'org' | 'frame' | 'type' | 'epoch' | 'seq' | 'at' | 'bytes'>;

/** How many records are kept parsed: each of the recipients of a frame sends a receipt that names the same ones. */
const MAX_PARSED = 64;

const COLUMNS = 'digest, org, frame, type, epoch, seq, at';

/** Creates the shares on the table `record`. */
export function createRouterShares(db: Database): RouterShares {
  const onFrame = db.prepare<[string, string], Row>(
    `SELECT ${COLUMNS}, bytes FROM record WHERE org = ? AND frame = ? AND shares IS NOT NULL ORDER BY rowid`,
  );
  const sharesIn = createSharesReader(db);
  const sharesOf = createDeliveryReader(db, sharesIn);
  const namesOnFrame = db.prepare<[string, string], Omit<Row, 'bytes'>>(
    `SELECT ${COLUMNS} FROM record WHERE org = ? AND frame = ? AND shares IS NOT NULL ORDER BY rowid`,
  );
  const inOrder = <One extends Omit<Row, 'bytes'>>(rows: readonly One[]): readonly One[] => {
    const routing = rows.findLast(({ type }) => type === 'routing');
    if (routing === undefined) return [];
    const narrowings = rows.filter((row) => row.type === 'narrowing' && inLedgerOrder(row, routing) > 0);
    return [routing, ...narrowings.toSorted(inLedgerOrder)];
  };
  return {
    noticesOf: (delivery) => {
      const shares = sharesOf(delivery);
      return typeof shares === 'string' ? shares : leftIn(shares, delivery.recipient);
    },
    isIn: (delivery, jti) => {
      const shares = sharesOf(delivery);
      return typeof shares !== 'string' && isLeftIn(shares, delivery.recipient, jti);
    },
    recordsOf: (originator, frame) =>
      inOrder(onFrame.all(originator, frame)).map((row) => {
        const shares = sharesIn(row);
        return { ...row, isAbout: (recipient) => isAbout(shares, recipient) };
      }),
    leftTo: ({ originator, frame, recipient }) => {
      const shares = inOrder(namesOnFrame.all(originator, frame)).map(sharesIn);
      return { routed: leftIn(shares.slice(0, 1), recipient), now: leftIn(shares, recipient) };
    },
  };
}

/** Creates the reader of the records that a delivery rests on; they say nothing of notices for a recall. */
function createDeliveryReader(db: Database, sharesIn: SharesReader) {
  const byDigest = db.prepare<[string], Omit<Row, 'bytes'>>(
    `SELECT ${COLUMNS} FROM record WHERE digest = ? AND shares IS NOT NULL`,
  );
  const narrowingsOn = db.prepare<[string, string], Omit<Row, 'bytes'>>(
    `SELECT ${COLUMNS} FROM record WHERE org = ? AND frame = ? AND type = 'narrowing'`,
  );
  return (delivery: NamedDelivery): readonly RecordedShares[] | 'unknown' | 'impossible' => {
    const { originator, frame, recipient, records } = delivery;
    const named = records.map((digest) => byDigest.get(digest));
    if (named.some((row) => row === undefined)) return 'unknown';
    const rows = named.flatMap((row) => (row?.frame === frame && row.org === originator ? [row] : []));
    const [routing, ...narrowings] = rows;
    // The delivery of a recall rests on the record of its command alone and has no notices.
    if (routing?.type === 'command') return records.length === 1 ? [] : 'impossible';
    if (routing?.type !== 'routing' || rows.length < records.length) return 'impossible';
    const known = narrowings.length === 0 ? [] : narrowingsOn.all(originator, frame).toSorted(inLedgerOrder);
    const due = known.filter((row) => inLedgerOrder(row, routing) > 0 && isAbout(sharesIn(row), recipient));
    if (narrowings.some(({ digest }, at) => due[at]?.digest !== digest)) return 'impossible';
    return rows.map(sharesIn);
  };
}

type SharesReader = (record: Pick<Row, 'digest'>) => RecordedShares;

/** Creates the reader of the shares in a record. The shares of a record never change, unlike its place. */
function createSharesReader(db: Database): SharesReader {
  const find = db.prepare<[string], { readonly shares: string }>(
    'SELECT shares FROM record WHERE digest = ?',
  );
  const parsed = createBoundedMap<RecordedShares>(MAX_PARSED);
  return ({ digest }) => {
    const known = parsed.get(digest);
    if (known !== undefined) return known;
    const row = find.get(digest);
    if (row === undefined) return { notices: [], left: {}, gone: {} };
    const shares = JSON.parse(row.shares) as RecordedShares;
    parsed.set(digest, shares);
    return shares;
  };
}

function isAbout({ left, gone }: RecordedShares, recipient: string): boolean {
  return Object.hasOwn(left, recipient) || Object.hasOwn(gone, recipient);
}

function leftIn(
  [routing, ...narrowings]: readonly RecordedShares[],
  recipient: string,
): readonly SharedNotice[] {
  const gone = new Set(
    narrowings.flatMap((one) => noticesAt(one, one.gone[recipient]).map(({ jti }) => jti)),
  );
  if (routing === undefined) return [];
  return noticesAt(routing, routing.left[recipient]).filter(({ jti }) => !gone.has(jti));
}

/** As `leftIn`, for one notice and without a list of the others. */
function isLeftIn(
  [routing, ...narrowings]: readonly RecordedShares[],
  recipient: string,
  jti: string,
): boolean {
  const names = ({ notices }: RecordedShares, places: readonly number[] = []): boolean =>
    places.some((place) => notices[place]?.[0] === jti);
  return (
    routing !== undefined &&
    names(routing, routing.left[recipient]) &&
    !narrowings.some((one) => names(one, one.gone[recipient]))
  );
}

function noticesAt({ notices }: RecordedShares, places: readonly number[] = []): readonly SharedNotice[] {
  return places.flatMap((place) => {
    const [jti, digest] = notices[place] ?? [];
    return jti === undefined || digest === undefined ? [] : [{ jti, digest }];
  });
}
