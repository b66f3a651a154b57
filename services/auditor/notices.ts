import { groupBy } from '../shared/kernel/group-by.js';
import { type Jti, parseNoticeId } from '../shared/kernel/ids.js';
import { type RoutedNotice, routedNotices } from '../shared/ledger/routed-notices.js';
import type { Kind } from '../shared/notice/kinds.js';
import type { Archive } from './archive.js';
import type { ViewerScope } from './decisions.js';

/** What a notice was decided from, for deciding it again under other rules. */
export interface SeenNotice extends RoutedNotice {
  readonly kind: Kind;
}

/** Notices, the newest first. */
export interface SeenNotices {
  readonly notices: readonly SeenNotice[];
  /** False when the search stopped at the limit of records to read, and there may be more. */
  readonly complete: boolean;
}

interface Asking {
  readonly viewer: ViewerScope;
  readonly limit: number;
  /** Maximum number of records that one answer reads. */
  readonly maxRead?: number;
}

const MAX_READ = 20_000;
/** Records between two entries of the file's own index: reading starts at one of them. */
const INDEX_INTERVAL = 256;

/** The newest notices of an originator, or of all originators for the federation. */
export async function newestNotices(
  archive: Archive,
  { viewer, limit, maxRead = MAX_READ }: Asking,
): Promise<SeenNotices> {
  // Each of these records has at least one notice.
  const numbers = archive.routing(viewer === 'federation' ? undefined : viewer, limit);
  const found: SeenNotice[] = [];
  let read = 0;
  for (const run of runsOf(numbers)) {
    if (found.length >= limit) break;
    read += (((run[0] ?? 1) - 1) % INDEX_INTERVAL) + 1;
    if (read > maxRead) return { notices: found.slice(0, limit), complete: false };
    found.push(...(await noticesOf(archive, run)).filter((notice) => maySee(viewer, notice)));
  }
  return { notices: found.slice(0, limit), complete: true };
}

/** The notices with this `jti` that the viewer may see: two originators may have chosen the same id. */
export async function noticesNamed(
  archive: Archive,
  viewer: ViewerScope,
  jti: Jti,
): Promise<readonly SeenNotice[]> {
  const found: SeenNotice[] = [];
  for await (const { bytes } of archive.about(parseNoticeId(jti.split('.', 1)[0]))) {
    found.push(...routedNotices(bytes).map(withKind));
  }
  return found.filter((notice) => notice.jti === jti && maySee(viewer, notice));
}

const maySee = (viewer: ViewerScope, { originator }: RoutedNotice): boolean =>
  viewer === 'federation' || originator === viewer;

function withKind(notice: RoutedNotice): SeenNotice {
  return { ...notice, kind: notice.attributes.kind };
}

/** Groups numbers in descending order into runs that the file can read in one go. */
function runsOf(numbers: readonly number[]): readonly (readonly number[])[] {
  return [...groupBy(numbers, (number) => Math.floor((number - 1) / INDEX_INTERVAL)).values()];
}

/** The notices of the records of a run, the newest first. */
async function noticesOf(archive: Archive, run: readonly number[]): Promise<readonly SeenNotice[]> {
  const [last = 0, first = last] = [run[0], run.at(-1)];
  const wanted = new Set(run);
  const found: SeenNotice[] = [];
  for await (const { number, bytes } of archive.read(first, last - first + 1)) {
    if (wanted.has(number)) found.push(...routedNotices(bytes).map(withKind));
  }
  return found.toReversed();
}
