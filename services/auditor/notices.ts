import { type Jti, noticeIdOf } from '../shared/kernel/ids.js';
import { type RoutedNotice, routedNotices } from '../shared/ledger/routed-notices.js';
import type { Kind } from '../shared/notice/kinds.js';
import { foreignCursor } from '../shared/runtime/http-query.js';
import type { Archive } from './archive.js';
import type { ViewerScope } from './decisions/decisions.js';
import type { ArchiveReader } from './archive-reader.js';

/** What a notice was decided from, for deciding it again under other rules. */
export interface SeenNotice extends RoutedNotice {
  readonly kind: Kind;
}

/** Notices, the newest first. */
export interface SeenNotices {
  readonly notices: readonly SeenNotice[];
  /** `after` of the next page: the last notice of this one. Null on the last page. */
  readonly next: Jti | null;
}

interface NewestParams {
  readonly viewer: ViewerScope;
  readonly limit: number;
  /** Lists only notices that follow this one. */
  readonly after?: Jti | undefined;
}

/** Maximum bytes of records that one page reads. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** Lists the newest notices of an originator, or of all for the federation. A page ends at `limit` or after about 4 MiB of records. */
export async function newestNotices(
  archive: Pick<Archive, 'routing'>,
  reader: ArchiveReader,
  { viewer, limit, after }: NewestParams,
): Promise<SeenNotices> {
  const org = viewer === 'federation' ? undefined : viewer;
  const from = after === undefined ? undefined : await numberOf(reader, viewer, after);
  const found: SeenNotice[] = [];
  let read = 0;
  // Each record has at least one notice for this page, except the first, whose notices may all be on earlier pages.
  const numbers = archive.routing(org, limit + 2, from);
  for (const [at, number] of numbers.entries()) {
    const bytes = await reader.bytes(number);
    const notices = noticesIn(bytes).filter((notice) => maySee(viewer, notice));
    const start = number === from ? notices.findIndex(({ jti }) => jti === after) + 1 : 0;
    found.push(...notices.slice(start));
    read += bytes.length;
    const isLast = at === numbers.length - 1;
    if (found.length > limit || (!isLast && (found.length === limit || read >= PAGE_BYTES)))
      return pageOf(found.slice(0, limit));
  }
  return { notices: found, next: null };
}

function pageOf(notices: readonly SeenNotice[]): SeenNotices {
  return { notices, next: notices.at(-1)?.jti ?? null };
}

/** Returns the number of the record that lists this notice for the viewer. Throws `usage`. */
async function numberOf(reader: ArchiveReader, viewer: ViewerScope, jti: Jti): Promise<number> {
  for await (const { number, bytes } of reader.about(noticeIdOf(jti))) {
    if (noticesIn(bytes).some((notice) => notice.jti === jti && maySee(viewer, notice))) return number;
  }
  throw foreignCursor();
}

/** The notices with this `jti` that the viewer may see: two originators may have chosen the same id. */
export async function noticesNamed(
  reader: ArchiveReader,
  viewer: ViewerScope,
  jti: Jti,
): Promise<readonly SeenNotice[]> {
  const found: SeenNotice[] = [];
  for await (const { bytes } of reader.about(noticeIdOf(jti))) {
    found.push(...noticesIn(bytes).filter((notice) => notice.jti === jti && maySee(viewer, notice)));
  }
  return found;
}

const maySee = (viewer: ViewerScope, { originator }: RoutedNotice): boolean =>
  viewer === 'federation' || originator === viewer;

/** The notices of a record, the newest first. */
function noticesIn(bytes: Uint8Array): readonly SeenNotice[] {
  return routedNotices(bytes)
    .map((notice) => ({ ...notice, kind: notice.attributes.kind }))
    .toReversed();
}
