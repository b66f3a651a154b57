import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseFrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { eachDenied, recordedOf } from '../../../services/shared/ledger/denials.js';
import { hexDigest } from '../../../services/shared/trust/digest.js';
import type { Section } from '../../../services/shared/notice/kinds.js';
import { openSubmission } from '../../../services/shared/trust/open-notice.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticesIn } from '../../../services/shared/wire/items.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craftReport, decide, noticePartOf } from '../craft-delivery.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let hub: Hub;
let gateway: Started;
let holder: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: [europol, afripol] });
  gateway = await startGateway(broker, europol);
  holder = await startGateway(broker, afripol);
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve(europol, afripol);
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), holder?.stop(), hub?.stop()]);
  await broker?.close();
});

const get = async (path: string): Promise<Json> => (await gateway.call('GET', path)).body;

/** What a narrowing leaves of a notice with these sections; undefined denies it. */
type Left = (sections: readonly Section[]) => readonly Section[] | undefined;

/** Records what is left of the only notice of a frame for afripol. */
async function narrow({ frame, message }: Hub['seen'][number], left: Left): Promise<void> {
  const by = { signer: hub.signer, directory: hub.directory, now: () => new Date() };
  const [text = ''] = noticesIn(frames.submission.decode(message.submission));
  const notice = await openSubmission(text, { directory: hub.directory, originator: europol, now: by.now() });
  const { sections } = notice;
  const { decisions, denials } = recordedOf(notice.jti, [decide(afripol, sections, left(sections))]);
  const parts = [noticePartOf(notice), ...decisions, ...denials.flatMap(eachDenied)];
  const { bytes } = await craftReport(by, { originator: europol, frame, parts, reason: 'narrowing' });
  await hub.publish(europol, subjects.report(parseFrameId(hexDigest(bytes))), bytes);
}

test.each<[string, Left]>([
  ['denied it', () => undefined],
  ['took a section from it', (sections) => sections.slice(1)],
])(
  'a recipient whose copy was on its way when a narrowing %s is listed as recipient and holder of all of it once its receipt arrives',
  async (_, left) => {
    hub.lose.add('forward');
    const earlier = new Set([...hub.seen, ...hub.receipts].map((one) => one.frame));
    const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
    const notice = `/v1/notices/${String(body['id'])}`;
    const { frame, message } = await until('a receipt', () =>
      hub.receipts.find((one) => one.org === afripol && !earlier.has(one.frame)),
    );
    const sent = hub.seen.find((one) => !earlier.has(one.frame));
    const reported = async () => ((await get(notice))['recipients'] as readonly Json[])[0];
    const sections = (await until('the report', reported))['sections'] as readonly Section[];
    if (sent) await narrow(sent, left);
    await until('the narrowing', async () => (await reported())?.['outcome'] !== 'delivered');
    const recipients = async () => (await get(`${notice}/recipients`))['recipients'];
    const shares = async () => ((await get('/v1/shares'))['items'] as readonly Json[])[0]?.['shares'];
    const rest = left(sections);
    expect(await recipients()).toMatchObject(rest ? [{ given: [{ sections: rest, word: null }] }] : []);
    expect(await shares()).toMatchObject(rest ? [{ org: afripol, sections: rest }] : []);

    const forward = frames.receiptForward.encode({ receipts: message.receipts, changes: [] });
    await hub.publish(europol, subjects.receipt(afripol, frame), forward);
    await until('the receipt', async () => (await reported())?.['receipt']);
    const { number } = await get(notice);
    const given = [{ number, sections, word: { type: 'held' } }];
    expect(await recipients()).toMatchObject([{ org: afripol, given }]);
    expect(await shares()).toMatchObject([{ org: afripol, sections }]);
  },
);
