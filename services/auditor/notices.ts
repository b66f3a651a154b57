import { groupBy } from '../shared/kernel/group-by.js';
import { type Jti, parseNoticeId } from '../shared/kernel/ids.js';
import { type RoutedNotice, routedNotices } from '../shared/ledger/routed-notices.js';
import type { Kind } from '../shared/notice/kinds.js';
import type { Archive } from './archive.js';
import type { ViewerScope } from './decisions.js';

/** What a notice was decided from, so that it can be decided again. */
export interface SeenNotice extends RoutedNotice {
  readonly kind: Kind;
}

/** The newest first. */
export interface SeenNotices {
  readonly notices: readonly SeenNotice[];
  /** False when there may be more, but too many records of others lie between. */
  readonly complete: boolean;
}

interface Asking {
  readonly viewer: ViewerScope;
  readonly limit: number;
  /** How many records are read over for one answer. */
  readonly mostRead?: number;
}

const MAX_READ = 20_000;
/** The file finds every 256th record at once, and reads on from there. */
const TOGETHER = 256;

/** The newest notices that the viewer sent; the federation sees everybody's. */
export async function newestNotices(
  archive: Archive,
  { viewer, limit, mostRead = MAX_READ }: Asking,
): Promise<SeenNotices> {
  // Each of these records has a notice at least.
  const numbers = archive.routing(viewer === 'federation' ? undefined : viewer, limit);
  const found: SeenNotice[] = [];
  let read = 0;
  for (const run of runsOf(numbers)) {
    if (found.length >= limit) break;
    read += (((run[0] ?? 1) - 1) % TOGETHER) + 1;
    if (read > mostRead) return { notices: found.slice(0, limit), complete: false };
    found.push(...(await noticesOf(archive, run)).filter((notice) => maySee(viewer, notice)));
  }
  return { notices: found.slice(0, limit), complete: true };
}

/** Of any originator that the viewer may see: two may have chosen one id. */
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

/** Numbers that fall, in runs that the file reads in one go. */
function runsOf(numbers: readonly number[]): readonly (readonly number[])[] {
  return [...groupBy(numbers, (number) => Math.floor((number - 1) / TOGETHER)).values()];
}

/** Those of the records of a run, the newest first. */
async function noticesOf(archive: Archive, run: readonly number[]): Promise<readonly SeenNotice[]> {
  const [last = 0, first = last] = [run[0], run.at(-1)];
  const wanted = new Set(run);
  const found: SeenNotice[] = [];
  for await (const { number, bytes } of archive.read(first, last - first + 1)) {
    if (wanted.has(number)) found.push(...routedNotices(bytes).map(withKind));
  }
  return found.toReversed();
}
