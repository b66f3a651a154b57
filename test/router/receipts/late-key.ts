import { seconds } from '../../../services/shared/kernel/clock.js';
import type { EntryId } from '../../../services/shared/kernel/ids.js';
import { entryId } from '../../../services/router/quarantine/quarantine.js';
import { digest, frameId } from '../../../services/shared/trust/digest.js';
import { type KeyEntry, listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { generateKey, importSigner } from '../../../services/shared/trust/keys.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticeItems } from '../../../services/shared/wire/items.js';
import type { TestHub } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';

/** Sends a frame that is quarantined because its key is not listed yet, which a later replay can fix. */
export interface LateFrame extends Sent {
  readonly entry: EntryId;
  /** Lists the key. */
  readonly list: () => Promise<void>;
}

export async function lateFrame(hub: TestHub, gateway: PlayedGateway, n: number): Promise<LateFrame> {
  const { org } = gateway;
  const kid = `${org}:notice:${n}`;
  const jwk = await generateKey(kid);
  const notices = [await gateway.issue()];
  const claims = { iss: org, iat: seconds(hub.clock()), aud: 'demo', number: n, previous: null };
  const items = notices.map(digest);
  const statement = await signJws('submission+jws', { ...claims, items }, await importSigner(jwk));
  const submission = frames.submission.encode({ statement, items: noticeItems(notices) });
  const key: KeyEntry = {
    kid,
    ...listedKeyOf(jwk),
    notBefore: '2020-01-01T00:00:00Z',
    notAfter: '2040-01-01T00:00:00Z',
  };
  return {
    id: frameId('submission', org, submission),
    submission,
    notices,
    entry: entryId(frames.submissionFrame.encode({ submission })),
    list: () =>
      hub.amend(({ organisations, ...source }) => {
        const organisation = organisations[org];
        if (organisation === undefined) throw new Error('no such organisation');
        const keys = [...organisation.keys, key];
        return { ...source, organisations: { ...organisations, [org]: { ...organisation, keys } } };
      }),
  };
}
