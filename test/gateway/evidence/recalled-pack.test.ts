import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { until } from '../../support/until.js';
import { craftRecall, type Recalling, startRecalling } from '../inbound/craft-recall.js';
import { example, type Json, type Started } from '../start-gateway.js';

const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
let world: Recalling;
beforeAll(async () => {
  world = await startRecalling();
});
afterAll(() => world?.stop());

const packOf = async (at: Started, path: string) => (await at.call('GET', path)).body;
const verify = (pack: Json) =>
  verifyEvidence(JSON.stringify(pack), { root: readAnchor(world.broker.home), now: new Date() });

test('pack: after a recall the originator proves who ordered it and what each holder signed, without the content', async () => {
  const { gateway, holder, hub, by } = world;
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const id = parseNoticeId(body['id']);
  await until('it is settled', () => gateway.store.own.find(id)?.state === 'settled');
  const recall = await craftRecall(hub, { originator: europol, id, by });
  await recall.handTo(europol, afripol);
  const item = () => gateway.store.items.byDigest(recall.digest);
  await until('the answer', () => gateway.store.items.wordsOf(item()?.seq ?? 0).length === 1);
  for (const query of ['', '?recipient=afripol']) {
    const pack = await packOf(gateway, `/v1/notices/${id}/evidence${query}`);
    expect(pack['notices']).toMatchObject([{ sdJwt: null }]);
    const { lines, holds } = await verify(pack);
    expect([lines.filter(({ ok }) => ok === false), holds]).toEqual([[], true]);
    const said = lines.flatMap(({ ok, says }) => (ok === true ? [says] : []));
    expect(said).toContain(`two operators of the hub recalled ${id}, and the hub told europol`);
    expect(said).toContain('afripol signed destroyed in answer to cancel');
    expect(said.some((one) => one.startsWith('afripol signed a receipt'))).toBe(true);
  }
  // The holder proves the same by what it signed.
  const pack = await packOf(holder, `/v1/inbox/europol/${id}/evidence`);
  expect(pack['notices']).toMatchObject([{ sdJwt: null }]);
  const { lines, holds } = await verify(pack);
  expect([lines.filter(({ ok }) => ok === false), holds]).toEqual([[], true]);
  const said = lines.flatMap(({ ok, says }) => (ok === true ? [says] : []));
  expect(said).toContain(`two operators of the hub recalled ${id}, and the hub told afripol`);
  expect(said).toContain('afripol signed destroyed in answer to cancel');
  expect(said).toContain(`afripol signed held for ${id}.${gateway.store.own.find(id)?.number}`);
});
