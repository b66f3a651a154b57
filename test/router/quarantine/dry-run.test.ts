import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { noticeSteps, type RecipeSteps } from '../../../services/router/frames/recipe.js';
import { entryId } from '../../../services/router/quarantine/quarantine.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { startHub } from '../../support/hub.js';
import { quarantined } from '../../support/hub-reads.js';
import { playOperator } from '../../support/played-operator.js';
import { until } from '../../support/until.js';

/** Takes a frame that is sent together with its report as one that cannot be used. */
const open: RecipeSteps['open'] = async (hub, frame) =>
  frame.report === undefined ? noticeSteps.open(hub, frame) : { type: 'unusable', code: 'key-unknown' };

test('router: a dry run of a frame whose report was lost records nothing, and a replay records the report again', async () => {
  await using hub = await startHub({ orgs: ['europol', 'interpol'] });
  let router = await hub.start({ steps: { ...noticeSteps, open } });
  await hub.open(router);
  const europol = await hub.gateway('europol');
  await europol.listen();
  const sent = await europol.frame([await europol.issue()]);
  await europol.send(sent);
  const { digest } = await europol.reportOn(sent);
  const report = frames.record.decode(europol.reports[0]?.bytes ?? new Uint8Array());
  await europol.sendAgain(sent, report);
  await until('the quarantine', async () => (await quarantined(router.core)).length === 1);
  await until('the record of it', async () => (await hub.auditor.records()).length === 2);
  await router.stop();
  rmSync(hub.broker.home.hub('router', 'router.db'));
  // The stream has the newest record of europol only: that of the quarantined frame.
  router = await hub.start({ readArchive: async () => [] });
  await hub.open(router);
  const operator = await playOperator(hub);
  const entry = entryId(frames.submissionFrame.encode({ submission: sent.submission, report }));
  expect((await operator.command({ verb: 'dry-run', entry })).part.outcome).toBe('would-route');
  expect(router.store.ledger.reportOn('europol', sent.id)).toBeUndefined();
  expect((await operator.command({ verb: 'replay', entry })).part.outcome).toBe('routed');
  expect(router.store.ledger.reportOn('europol', sent.id)).toMatchObject({ digest });
});
