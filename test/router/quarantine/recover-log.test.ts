import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fail } from '../../../services/shared/kernel/errors.js';
import { type CommandId, parseCommandId } from '../../../services/shared/kernel/ids.js';
import type { EndedLog } from '../../../services/shared/ledger/command-content.js';
import { recoveryEntry } from '../../../services/shared/ledger/command/ended-log.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { addPerson } from '../../support/add-person.js';
import { startHub, type TestHub } from '../../support/hub.js';
import { type PlayedOperator, playOperator } from '../../support/played-operator.js';
import { until } from '../../support/until.js';

const checkpointOf = (size: number): string => `demo/liaison/1\n${size}\n${'A'.repeat(43)}=\n`;
const ENDED: EndedLog = { checkpoint: checkpointOf(8), kept: 5 };
const DAY_MS = 86_400_000;

let hub: TestHub;
let operator: PlayedOperator;
let second: Signer;
/** What the auditor says that it lacks. */
let lacking: EndedLog | undefined;
beforeAll(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol'] });
  const unread = () => Promise.reject(fail('unreachable', 'this test reads no log'));
  await hub.start({
    readLog: {
      head: unread,
      quorate: unread,
      nodes: () => unread,
      indexes: unread,
      lacking: () => Promise.resolve(lacking),
    },
  });
  operator = await playOperator(hub);
  const { signer, version } = await addPerson(hub.broker.home, 'B. Example', hub.clock());
  second = signer;
  await until('the directory', () => hub.directory().version >= version);
});
afterAll(() => hub.close());
beforeEach(() => {
  lacking = ENDED;
});

interface Recovering {
  readonly first?: CommandId;
  readonly signer?: Signer;
}

const about = (ended: EndedLog) =>
  ({ verb: 'recover', org: 'hub', entry: recoveryEntry(ended), ended }) as const;
const recover = async (ended: EndedLog, more: Recovering = {}) =>
  (await operator.command({ ...about(ended), ...more })).part;
const propose = async (): Promise<CommandId> => (await recover(ENDED)).command;

describe('router: the order to begin the next life of the log', () => {
  test('is proposed by one operator and carried out by another, whose record names that of the proposal', async () => {
    const proposal = await operator.command(about(ENDED));
    expect(proposal.part).toMatchObject({ verb: 'recover', outcome: 'proposed', code: null });
    const part = await recover(ENDED, { first: proposal.part.command, signer: second });
    expect(part).toMatchObject({ outcome: 'recovered', proposal: proposal.digest, person: 'B. Example' });
  });

  test.each<[string, () => Promise<[EndedLog, Recovering]>, string]>([
    ['an order of the same person', async () => [ENDED, { first: await propose() }], 'second-person-needed'],
    [
      'an order about other missing entries than the auditor says',
      async () => [
        { ...ENDED, kept: 4 },
        { first: await propose(), signer: second },
      ],
      'digest-mismatch',
    ],
    [
      'an order about another checkpoint than the auditor says',
      async () => [{ ...ENDED, checkpoint: checkpointOf(9) }, {}],
      'digest-mismatch',
    ],
    [
      'an order that names no proposal',
      async () => [ENDED, { first: parseCommandId(uuidv7()), signer: second }],
      'proposal-unknown',
    ],
    [
      'an order that names a proposal about another checkpoint',
      async () => {
        const first = await propose();
        lacking = { ...ENDED, checkpoint: checkpointOf(9) };
        return [lacking, { first, signer: second }];
      },
      'proposal-unknown',
    ],
    [
      'an order while the auditor lacks nothing',
      async () => {
        lacking = undefined;
        return [ENDED, {}];
      },
      'not-found',
    ],
  ])('%s is refused', async (_, orderOf, code) => {
    const [ended, more] = await orderOf();
    expect(await recover(ended, more)).toMatchObject({ outcome: 'refused', code });
  });

  test('is not taken from another federation, about the log of another federation, or a second time', async () => {
    const foreign = await operator.sign({ ...about(ENDED), federation: 'other' });
    await operator.publish(foreign.token, 'recover');
    await operator.turnedAway('audience-mismatch');
    const checkpoint = ENDED.checkpoint.replace('demo', 'other');
    const other = await operator.sign(about({ ...ENDED, checkpoint }));
    await operator.publish(other.token, 'recover');
    await operator.turnedAway('token-malformed');
    const { id, token } = await operator.sign(about(ENDED));
    await operator.publish(token, 'recover');
    await operator.ended(id);
    await operator.publish(token, 'recover');
    await operator.turnedAway('command-used');
  });

  test('is refused when its proposal is older than a day', async () => {
    const first = await propose();
    hub.clock.move(DAY_MS + 1_000);
    expect(await recover(ENDED, { first, signer: second })).toMatchObject({
      outcome: 'refused',
      code: 'expired',
    });
  });
});
