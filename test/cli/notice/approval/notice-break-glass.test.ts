import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verb as approve } from '../../../../services/cli/notice/approval/notice-approve.js';
import { verb as list } from '../../../../services/cli/notice/approval/notice-break-glass.js';
import { verb as review } from '../../../../services/cli/notice/approval/notice-review.js';
import { verb as submit } from '../../../../services/cli/notice/notice-submit.js';
import type { Verb } from '../../../../services/cli/verb.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { type Broker, startBroker } from '../../../support/broker.js';
import { example, startGateway, type Started } from '../../../gateway/start-gateway.js';
import { listEuropol, runAsEuropol } from './run-as-europol.js';

const [EUROPOL, AFRIPOL] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let gateway: Started;
let draft: string;
beforeAll(async () => {
  broker = await startBroker({ orgs: [EUROPOL, AFRIPOL] });
  gateway = await startGateway(broker, EUROPOL);
  listEuropol(broker, gateway);
  draft = join(broker.home.root, 'draft.json');
  writeFileSync(draft, JSON.stringify(example('red')));
});
afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

interface Given {
  readonly breakGlass?: string;
  readonly approverKey?: string;
  readonly unreviewed?: boolean;
  readonly key?: string;
  readonly finding?: string;
  readonly digest?: string;
}

const run = (verb: Verb, args: readonly string[], given: Given & { json?: boolean }) =>
  runAsEuropol(broker, verb, { args, ...given });

test('cli notice submit: with break-glass the key of an approver queues the draft at once, and the list names both', async () => {
  const approverKey = broker.home.approver(EUROPOL, 1);
  const breakGlass = 'imminent-attack';
  const { code, text } = await run(submit, [draft], { breakGlass, approverKey });
  const { id, state } = JSON.parse(text) as { readonly id: string; readonly state: string };
  expect([code, state]).toEqual([0, 'queued']);
  const listed = JSON.parse((await run(list, [], {})).text) as object;
  expect(listed).toMatchObject({
    items: [{ id, breakGlass: { reason: breakGlass, approver: 'europol:approver:1' } }],
  });
  const { text: table } = await run(list, [], { json: false });
  for (const words of [id, breakGlass, 'europol:approver:1']) expect(table).toContain(words);
});

test('cli notice submit: with break-glass and without a key the notice waits for a person', async () => {
  const { code, text } = await run(submit, [draft], { breakGlass: 'escape' });
  expect([code, JSON.parse(text)]).toMatchObject([1, { state: 'awaiting-approval' }]);
});

test('cli notice submit: a key of another use or organisation, or without a reason, does not use break-glass', async () => {
  const breakGlass = 'escape';
  const foreign = run(submit, [draft], { breakGlass, approverKey: broker.home.approver(AFRIPOL, 1) });
  await expect(foreign).rejects.toMatchObject({ code: 'usage', details: [{ path: '--approver-key' }] });
  const other = run(submit, [draft], { breakGlass, approverKey: broker.home.org(EUROPOL, 'notice.jwk') });
  await expect(other).rejects.toMatchObject({ code: 'key-invalid' });
  const without = run(submit, [draft], { approverKey: broker.home.approver(EUROPOL, 1) });
  await expect(without).rejects.toMatchObject({ code: 'usage', details: [{ path: '--approver-key' }] });
});

test('cli notice review: signs the finding of another person, and takes the notice from the list of those without a review', async () => {
  const approverKey = broker.home.approver(EUROPOL, 1);
  const { text } = await run(submit, [draft], { breakGlass: 'escape', approverKey });
  const { id } = JSON.parse(text) as { readonly id: string };
  const unreviewed = async () => {
    const listed = await run(list, [], { unreviewed: true });
    const { items } = JSON.parse(listed.text) as { readonly items: readonly { readonly id: string }[] };
    return { code: listed.code, ids: items.map((one) => one.id) };
  };
  expect(await unreviewed()).toMatchObject({ code: 1, ids: expect.arrayContaining([id]) });
  const own = run(review, [id], { key: approverKey, finding: 'justified' });
  await expect(own).rejects.toMatchObject({ code: 'not-approved' });
  const key = broker.home.approver(EUROPOL, 2);
  const { code, text: answer } = await run(review, [id], { key, finding: 'unjustified' });
  expect([code, JSON.parse(answer)]).toMatchObject([0, { verb: 'review', reason: 'unjustified' }]);
  expect((await unreviewed()).ids).not.toContain(id);
});

test('cli notice review: reviews each revision that used break-glass, the newest one that owes a review first', async () => {
  const [approverKey, key] = [broker.home.approver(EUROPOL, 1), broker.home.approver(EUROPOL, 2)];
  const { text } = await run(submit, [draft], { breakGlass: 'escape', approverKey });
  const { id } = JSON.parse(text) as { readonly id: string };
  const { header, sections } = example('red');
  const body = { header: { ...header, breakGlass: 'missing-child' }, sections };
  expect((await gateway.call('POST', `/v1/notices/${id}/revisions`, { body })).status).toBe(202);
  const { digest } = JSON.parse((await run(approve, [id], {})).text) as { readonly digest: string };
  await run(approve, [id], { key: approverKey, digest });
  const owing = async () => {
    const { items } = JSON.parse((await run(list, [], { unreviewed: true })).text) as {
      readonly items: readonly { readonly id: string; readonly revision: number }[];
    };
    return items.flatMap((one) => (one.id === id ? [one.revision] : []));
  };
  expect(await owing()).toEqual([2, 1]);
  await run(review, [id], { key, finding: 'justified' });
  expect(await owing()).toEqual([1]);
  await run(review, [id], { key, finding: 'unjustified' });
  expect(await owing()).toEqual([]);
});
