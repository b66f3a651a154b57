import { seconds } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import { MAX_MEMBERS, noticeIdOf, parseJti, parseOrgId } from '../../shared/kernel/ids.js';
import { after } from '../../shared/notice/duration.js';
import { KINDS } from '../../shared/notice/kinds.js';
import { RETENTION } from '../../shared/notice/notice.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { LostRevision } from '../../shared/store/gateway/lost/lost-notices.js';
import { SKEW_S } from '../../shared/trust/jws.js';
import type { Identity } from '../identity.js';
import type { HubQuestions } from '../outbound/hub-questions.js';

interface ListLostDeps {
  readonly identity: Pick<Identity, 'clock'>;
  readonly store: Pick<GatewayStore, 'commit' | 'lost'>;
  readonly questions: Pick<HubQuestions, 'standing'>;
}

/** Maximum pages that are read; revisions on later pages are not stored. */
const MAX_PAGES = 10_000;

/**
 * Asks the hub for every own revision, and stores those that the database lacks. Throws `id-invalid` and
 * `token-malformed`, and stores nothing of a page with a revision that no gateway can have signed.
 */
export async function listLost({ identity, store, questions }: ListLostDeps): Promise<void> {
  let from: number | string | null = 0;
  for (let page = 0; from !== null && page < MAX_PAGES; page += 1) {
    const { own, next } = await questions.standing({ after: from });
    const latest = latestOf(identity.clock());
    const lost = own.map((row) => parseOwnRow(row, latest));
    if (lost.length > 0) await store.commit(() => lost.forEach(store.lost.add));
    // A list that does not advance would never end.
    if (next !== null && !isLater(next, from))
      throw fail('token-malformed', 'a list of own notices that does not advance');
    from = next;
  }
}

/** Compares cursors by number, then by `jti`. */
function isLater(next: string, from: number | string): boolean {
  const [one, other] = [numberIn(next), numberIn(from)];
  return one > other || (one === other && next > String(from));
}

const numberIn = (cursor: number | string): number =>
  typeof cursor === 'number' ? cursor : Number(cursor.slice(cursor.indexOf('.') + 1));

/** The highest number and the latest end of a revision that was signed by now. */
type Latest = Pick<LostRevision, 'number' | 'exp'>;

/** An action has a higher number than every revision: above a revision far ahead no number is left for a withdrawal. */
function latestOf(now: Date): Latest {
  const signed = new Date(now.getTime() + SKEW_S * 1000);
  return { number: signed.getTime(), exp: seconds(after(signed, RETENTION)) };
}

/** Parses `<jti> <kind> <exp> <recipient> …`. Throws `id-invalid` and `token-malformed`. */
function parseOwnRow(row: string, latest: Latest): LostRevision {
  const [jti, kind, end = '', ...names] = row.split(' ');
  const named = parseJti(jti);
  const [number, exp] = [numberIn(named), Number(end)];
  if (!KINDS.some((one) => one === kind) || kind === undefined || !Number.isSafeInteger(exp) || exp < 1)
    throw fail('token-malformed', 'an own revision without its kind or end');
  if (number > latest.number || exp > latest.exp)
    throw fail('token-malformed', 'an own revision with a number or an end that is too late');
  if (names.length > MAX_MEMBERS) throw fail('token-malformed', 'an own revision with too many recipients');
  return { id: noticeIdOf(named), number, kind, exp, recipients: names.map(parseOrgId) };
}
