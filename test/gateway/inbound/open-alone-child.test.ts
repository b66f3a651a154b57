import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signHeartbeat } from '../../../services/shared/ledger/heartbeat.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { checkpointOf } from '../../../services/shared/wire/checkpoint-frame.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { parseSubject, subjects } from '../../../services/shared/wire/subjects.js';
import { until } from '../../support/until.js';
import { someFrame } from '../craft.js';
import { example } from '../start-gateway.js';
import { craftRecall, type Recalling, startRecalling } from './craft-recall.js';

const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];

interface Published {
  readonly org: string;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

let world: Recalling;
/** What the hub published into the streams IN. */
const published: Published[] = [];

beforeAll(async () => {
  world = await startRecalling();
  const { gateway, hub, by } = world;
  const { publish } = hub;
  hub.publish = async (org, subject, bytes) => {
    published.push({ org, subject, bytes });
    await publish(org, subject, bytes);
  };
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  await until('a report, a delivery and a receipt', () =>
    ['report', 'delivery', 'receipt'].every((type) => published.some((one) => typeOf(one) === type)),
  );
  const recall = await craftRecall(hub, { originator: europol, id: parseNoticeId(body['id']), by });
  await recall.handTo(afripol);
  published.push(...(await unpublished()));
});
afterAll(() => world?.stop());

const typeOf = ({ subject }: Published): string | undefined => {
  const parsed = parseSubject(subject);
  return parsed?.type === 'delivery' && parsed.originator === 'hub' ? 'recall' : parsed?.type;
};

/** An answer, a checkpoint and a directory, which this hub publishes for no frame. */
async function unpublished(): Promise<readonly Published[]> {
  const { broker, hub } = world;
  const [frame, time] = [someFrame(), new Date()];
  const claims = { iss: 'hub', iat: Math.floor(time.getTime() / 1000), aud: europol, frame, answer: {} };
  const answer = frames.answer.encode({ answer: await signJws('answer+jws', claims, hub.signer) });
  const signer = await readSigner(broker.home.hub('auditor', 'audit.jwk'));
  const { federation } = hub.directory;
  const said = { epoch: time.toISOString(), seq: 1, count: 1, size: 0, time };
  const heartbeat = await signHeartbeat(said, { federation, signer });
  return [
    { org: europol, subject: subjects.answer(frame), bytes: answer },
    { org: europol, subject: subjects.checkpointIn(), bytes: checkpointOf(heartbeat) },
    { org: europol, subject: subjects.directory(), bytes: hub.directory.frame },
  ];
}

/** Opens a frame in a child of the gateway that would receive it. */
const open = ({ org, subject, bytes }: Published) => {
  const { openAlone } = org === europol ? world.gateway : world.holder;
  return openAlone({ org: parseOrgId(org), subject, bytes });
};

describe('gateway inbound: the child process that opens a frame ends normally', () => {
  test.each(['delivery', 'recall', 'report', 'receipt', 'answer', 'checkpoint', 'directory'])(
    'for a valid %s',
    async (type) => {
      const found = published.find((one) => typeOf(one) === type)!;
      expect(await open(found)).toBe('opened');
    },
  );

  test('for one that is unreadable', async () => {
    const found = published.find((one) => typeOf(one) === 'delivery')!;
    expect(await open({ ...found, bytes: found.bytes.subarray(0, -1) })).toBe('opened');
  });
});
