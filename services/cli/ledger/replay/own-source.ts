import { existsSync } from 'node:fs';
import { fail } from '../../../shared/kernel/errors.js';
import { noticeIdOf, type OrgId } from '../../../shared/kernel/ids.js';
import { attributesOf } from '../../../shared/notice/attributes.js';
import { type OwnRecordKey, type OwnRecords, openOwnRecords } from '../../../shared/store/own-records.js';
import type { Directory } from '../../../shared/trust/directory.js';
import { openSubmission } from '../../../shared/trust/open-notice.js';
import type { OwnContent } from '../../../shared/workbench/replay/judge-decisions.js';
import { readClaims } from '../../../shared/workbench/replay/ledger-entry.js';
import type { OwnContentOf } from '../../../shared/workbench/replay/replay-report.js';
import type { ReplaySource } from './ledger-source.js';

interface OwnSourceParams {
  readonly org: OrgId;
  /** The path of the gateway's database. */
  readonly database: string;
  readonly directory: Directory;
}

/**
 * Opens an originator's own reports and narrowings, in the order of their times, and its notices with their lists of
 * recipients. Throws `not-found` where no gateway has a database.
 */
export function openOwnSource({ org, database, directory }: OwnSourceParams): ReplaySource {
  if (!existsSync(database)) throw fail('not-found', `no database of a gateway at \`${database}\``);
  const records = openOwnRecords(database);
  let keys: readonly OwnRecordKey[] | undefined;
  return {
    entries: async function* () {
      keys ??= keysByTime(records);
      for (const key of keys) {
        const bytes = records.read(key);
        if (bytes !== undefined) yield { bytes, number: undefined, place: null };
      }
    },
    ownContent: createOwnContent(records, { org, directory }),
    isWhole: false,
    close: records.close,
  };
}

/** Returns the keys of all records, in the order of their times: a narrowing may be much later than the next frame. */
function keysByTime(records: OwnRecords): readonly OwnRecordKey[] {
  const found: (readonly [at: number, key: OwnRecordKey])[] = [];
  for (const { key, bytes } of records.all())
    found.push([readClaims({ bytes, place: null, number: undefined }).point.at, key]);
  // The sort is stable: reports come before narrowings of the same second.
  return found.toSorted(([a], [b]) => a - b).map(([, key]) => key);
}

/** The replay judges revocation and expiry itself, so that reading a notice ignores them. */
const BEFORE_ANY_REVOCATION = new Date(0);
const NEVER = new Date(8.64e15);

function createOwnContent(
  records: OwnRecords,
  { org, directory }: Pick<OwnSourceParams, 'org' | 'directory'>,
): OwnContentOf {
  return async ({ jti, digest }, now): Promise<OwnContent | undefined> => {
    const id = noticeIdOf(jti);
    const text = records.notice(id, Number(jti.slice(id.length + 1)));
    if (text === undefined) return undefined;
    const times = { now, recorded: BEFORE_ANY_REVOCATION, lifeEnd: NEVER };
    const notice = await openSubmission(text, { directory, originator: org, ...times });
    if (notice.digest !== digest) return undefined;
    const { header, routing, sections, kid } = notice;
    const { addressees, excluded } = routing;
    return { attributes: attributesOf(header, routing), sections, addressees, excluded, kid };
  };
}
