import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { recordedOf } from '../../../services/shared/ledger/denials.js';
import { verifySubmission } from '../../../services/shared/ledger/submission.js';
import { openSubmission } from '../../../services/shared/trust/open-notice.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
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

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { settings: { resendMs: 60_000 } });
  hub = await playHub(broker, gateway.identity.directory.current());
  hub.lose.add('report').add('delivery');
  await hub.serve('europol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

/**
 * Submits a notice, and reports that afripol gets all sections but the last, with the digest of these without the first
 * `less`. Resolves with the notice once the report has arrived.
 */
async function reported(less: number) {
  const before = hub.seen.length;
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const { frame, message } = await until('the frame', () => hub.seen[before]);
  const sent = frames.submission.decode(message.submission);
  const [text = ''] = noticesIn(sent);
  const opening = { directory: hub.directory, originator: europol, now: new Date() };
  const { number, digest } = await verifySubmission(sent, opening);
  const notice = await openSubmission(text, opening);
  const given = notice.sections.slice(0, -1);
  const said = recordedOf(notice.jti, [decide(afripol, notice.sections, given)]);
  const parts: readonly ReportPart[] = [noticePartOf(notice), ...said.decisions, ...said.denials];
  const disclosedOf = () => redact(notice, given.slice(less)).disclosed;
  const by = { signer: hub.signer, directory: hub.directory, now: () => new Date() };
  const report = await craftReport(by, {
    originator: europol,
    frame,
    submission: { number, digest },
    parts,
    disclosedOf,
  });
  const send = () => hub.publish('europol', subjects.report(frame), report.bytes);
  await send();
  const id = String(body['id']);
  await until('the report', () => gateway.store.own.find(id)?.state === 'routed');
  return { id, send };
}

const alarms = async (): Promise<readonly Json[]> =>
  ((await gateway.call('GET', '/readyz')).body['alarms'] as readonly Json[]).filter(
    ({ alarm }) => alarm === 'report-contradicts-notice',
  );
const wrongIn = async (id: string) => {
  const { body } = await gateway.call('GET', `/v1/notices/${id}/evidence`);
  const context = { root: readAnchor(broker.home), now: new Date() };
  const { lines } = await verifyEvidence(JSON.stringify(body), context);
  return lines.filter(({ ok }) => ok === false);
};

test('a report with the true digest of the sections that it names is no alarm', async () => {
  const { id } = await reported(0);
  expect([await alarms(), await wrongIn(id)]).toEqual([[], []]);
});

test('a report with the digest of other sections than it names raises an alarm at the originator, once, whose pack convicts the hub', async () => {
  const { id, send } = await reported(1);
  await send();
  await until('it has left the queue', async () => (await broker.count('europol', 'IN')) === 0);
  expect(await alarms()).toMatchObject([{ place: 'hub', count: 1 }]);
  expect(await wrongIn(id)).toMatchObject([
    {
      claim: 'share',
      where: 'records[0]',
      detail: expect.stringMatching(/^hub is convicted .* for afripol /),
    },
  ]);
});
