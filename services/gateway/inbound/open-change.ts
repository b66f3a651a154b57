import { fail } from '../../shared/kernel/errors.js';
import { type ChangedNotice, verifyChange } from '../../shared/ledger/receipt/change.js';
import type { NewChange } from '../../shared/store/gateway/answers/received.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import type { Identity } from '../identity.js';
import type { AnswersFrom, OpenedAnswer } from './opened-answer.js';
import { ownJti } from './promises.js';

/**
 * Verifies a change: later words of a recipient about own notices. Words about notices that this gateway has
 * deleted are left out. Throws as `verifyChange` does, and `record-foreign` for a change to another
 * originator.
 */
export async function openChange(
  { identity, store }: { readonly identity: Identity; readonly store: Pick<GatewayStore, 'frames'> },
  { recipient, recordings }: AnswersFrom,
  token: string,
): Promise<OpenedAnswer> {
  const recorded = recordings.get(digest(token));
  const by = { directory: identity.directory.current(), recipient, now: identity.clock() };
  const said = await verifyChange(token, recorded === undefined ? by : { ...by, recorded });
  if (said.originator !== identity.org) throw fail('record-foreign', 'later words for another originator');
  const change: NewChange = {
    org: recipient,
    jws: token,
    at: said.issuedAt.getTime(),
    kid: said.key.kid,
    words: wordsIn(store, said.changes),
  };
  return {
    type: 'change',
    change,
    said: change.words.flatMap(({ entries }) => entries.map(({ type }) => type)),
  };
}

/** Groups the words by own frame, without those about unknown notices. */
function wordsIn(
  { frames }: Pick<GatewayStore, 'frames'>,
  changes: readonly ChangedNotice[],
): NewChange['words'] {
  const ids = [...new Set(changes.map(({ frame }) => frame))];
  return ids.flatMap((id) => {
    const frame = frames.byId(id);
    if (frame === undefined) return [];
    const owns = new Map(frame.notices.map((notice) => [ownJti(notice), notice.seq]));
    const about = changes.filter((one) => one.frame === id);
    const entries = about.flatMap(({ index: place, jti, type, code = null }) => {
      const own = owns.get(jti);
      return own === undefined ? [] : [{ place, own, type, code }];
    });
    return [{ frame: frame.number, entries }];
  });
}
