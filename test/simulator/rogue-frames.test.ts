import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFrame } from '../../services/router/frames/frame.js';
import { errorFrom } from '../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { verifySubmission } from '../../services/shared/ledger/submission.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import { readSigner } from '../../services/shared/trust/keys.js';
import { openSubmission } from '../../services/shared/trust/open-notice.js';
import { frames } from '../../services/shared/wire/frames.js';
import { noticesIn } from '../../services/shared/wire/items.js';
import { subjects } from '../../services/shared/wire/subjects.js';
import { createChance } from '../../services/shared/kernel/chance.js';
import { createInventor } from '../../services/simulator/invent.js';
import { readDirectory } from '../../services/shared/trust/read-directory.js';
import {
  makeRogue,
  type Rogue,
  type RogueFrame,
  ROGUES,
  type Theft,
} from '../../services/simulator/rogue-frames.js';
import { type Broker, startBroker } from '../support/broker.js';

const [org, other] = [parseOrgId('europol'), parseOrgId('afripol')];
const CODES: Readonly<Record<Rogue, string>> = {
  'bad-signature': 'signature-invalid',
  'algorithm-none': 'token-malformed',
  'foreign-originator': 'issuer-mismatch',
  'replay-of-another': 'issuer-mismatch',
  'expired-long-ago': 'key-not-yet-valid',
  'routing-stripped': 'routing-missing',
  'foreign-statement': 'issuer-mismatch',
  'wrong-frame-id': 'frame-id-mismatch',
  unreadable: 'frame-unreadable',
  'later-contract': 'contract-unknown',
  'cut-off': 'frame-unreadable',
};

let broker: Broker;
let directory: Directory;
let theft: Theft;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['afripol', 'europol'] });
  directory = await readDirectory(broker.home);
  theft = {
    org,
    signer: await readSigner(broker.home.org(org, 'notice.jwk')),
    other,
    otherSigner: await readSigner(broker.home.org(other, 'notice.jwk')),
    federation: directory.federation,
    draft: createInventor(1)(org, [org, other]).draft,
    now: new Date(),
    chance: createChance(1),
  };
});
afterAll(() => broker.close());

/** The steps of the router that look at what comes from outside. */
async function judge({ frame, bytes }: RogueFrame): Promise<string> {
  const reading = { directory, originator: org, now: new Date() };
  const delivery = { subject: subjects.out('submission', frame), bytes, attempt: 1, storedAt: new Date() };
  try {
    readFrame(org, delivery as Parameters<typeof readFrame>[1]);
    const submission = frames.submission.decode(frames.submissionFrame.decode(bytes).submission);
    await verifySubmission(submission, reading);
    await Promise.all(noticesIn(submission).map((notice) => openSubmission(notice, reading)));
    return 'taken';
  } catch (error) {
    return errorFrom(error).code;
  }
}

describe('rogue frames', () => {
  test.each(ROGUES)('%s is turned away, and for its own reason', async (rogue) => {
    expect(await judge(await makeRogue(rogue, theft))).toBe(CODES[rogue]);
  });

  test('no two rogue frames have one name', async () => {
    const made = await Promise.all([...ROGUES, ...ROGUES].map((rogue) => makeRogue(rogue, theft)));
    expect(new Set(made.map(({ frame }) => frame)).size).toBe(made.length);
  });
});
