import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeRaise } from '../../../services/cli/hub/judge-raise.js';
import { inForce, readSpeakers } from '../../../services/cli/hub/read-speakers.js';
import { seconds } from '../../../services/shared/kernel/clock.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { askForContract } from '../../../services/shared/trust/directory/ask-for-contract.js';
import { digest, frameId } from '../../../services/shared/trust/digest.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { quarantined } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { type LaterBuild, makeLaterBuild } from '../../support/builds/later-build.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

describe('this build, and one of contract 2 with one more field and one more type of item', () => {
  let later: LaterBuild;
  let hub: TestHub;
  let router: TestRouter;
  /** `europol` has the later build, `interpol` this one. */
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let waiting: Sent;
  let behind: Sent;
  /** The frame `waiting` as the later build writes it. */
  let higher: Uint8Array;
  beforeAll(async () => {
    later = await makeLaterBuild();
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = [await hub.gateway('europol'), await hub.gateway('interpol')];
    for (const one of [europol, interpol]) await one.listen({ receipts: true });
  });
  afterAll(async () => {
    await hub.close();
    later.remove();
  });

  /** Makes a frame of the next submission with a notice and an item of the added type, as the later build writes it. */
  async function laterFrame(): Promise<Sent> {
    const notice = await europol.issue();
    const items = later.items(notice, 'a memo');
    const { submission: first } = await europol.frame([notice]);
    const previous = digest(frames.submission.decode(first).statement);
    const claims = {
      iss: 'europol',
      iat: seconds(hub.clock()),
      aud: hub.directory().federation,
      number: 100,
      previous,
      items: [digest(notice), digest('a memo')],
    };
    const statement = await signJws('submission+jws', claims, europol.notice);
    const submission = later.frames.submission.encode({ statement, items });
    return { id: frameId('submission', europol.org, submission), submission, notices: [notice] };
  }

  const left = () => hub.broker.count('europol', 'OUT');

  /** Sends a notice, and waits until its report has come and the other organisation holds it. */
  async function exchange(
    from: PlayedGateway,
    to: PlayedGateway,
    send: PlayedGateway['send'],
  ): Promise<Sent> {
    const sent = await from.frame([await from.issue()]);
    await send(sent);
    expect((await from.reportOn(sent)).notices).toHaveLength(1);
    await until('the delivery', () => to.held.some(({ frame }) => frame === sent.id));
    return sent;
  }

  const isReceipted = (by: PlayedGateway, { id }: Sent) =>
    until('the receipt', () => by.receipts.some(({ delivery }) => delivery === id));

  /** As a gateway of the later build sends to a hub of contract 1. */
  const sendLower: PlayedGateway['send'] = async ({ id, submission }) => {
    const bytes = later.frames.submissionFrame.encode(
      { submission, narrowings: [] },
      later.writtenContract(1),
    );
    return europol.publish('submission', bytes, id).then(() => 'stored' as const);
  };

  test('write the same bytes in the lower contract, which both read', async () => {
    const { submission } = await interpol.frame([await interpol.issue()]);
    const lower = later.frames.submissionFrame.encode(
      { submission, narrowings: [] },
      later.writtenContract(1),
    );
    expect(Buffer.from(lower)).toEqual(
      Buffer.from(frames.submissionFrame.encode({ submission, narrowings: [] })),
    );
    expect(frames.submissionFrame.decode(lower).submission).toEqual(submission);
    expect(later.frames.submissionFrame.decode(lower).submission).toEqual(submission);
    const higher = later.frames.submissionFrame.encode({ submission, narrowings: [] }, 2);
    expect(() => frames.submissionFrame.decode(higher)).toThrow(
      expect.objectContaining({ code: 'contract-unknown' }),
    );
  });

  test('exchange both ways through a router of this build', async () => {
    await isReceipted(europol, await exchange(europol, interpol, sendLower));
    await isReceipted(interpol, await exchange(interpol, europol, interpol.send));
  });

  /** Sends what the gateway of the later build states of its contract; resolves to what the report says of it. */
  async function stateContract() {
    const { home } = hub.broker;
    const [org, directory] = [parseOrgId('europol'), hub.directory()];
    const asking = { folder: home.org(org), org, directory, now: hub.clock(), approvers: [] };
    const sent = await europol.frame([{ keyRequest: await askForContract(2, asking) }]);
    await europol.send(sent);
    const { keyRequests, refusals } = await europol.reportOn(sent);
    return { taken: keyRequests.map(({ kid }) => kid), refused: refusals.map(({ code }) => code) };
  }

  test('a hub of this build does not list the contract that only the later build speaks', async () => {
    expect(await stateContract()).toEqual({ taken: [], refused: ['not-yet'] });
    await until('its entry', async () => (await quarantined(router.core)).length === 1);
  });

  test('a frame of the higher contract is quarantined by the router of this build, and delays no other', async () => {
    waiting = await laterFrame();
    const added = { submission: waiting.submission, narrowings: [], added: 'more' };
    higher = later.frames.submissionFrame.encode(added, 2);
    await europol.publish('submission', higher, waiting.id);
    behind = await exchange(interpol, europol, interpol.send);
    await until('the queue to be empty', async () => (await left()) === 0);
    // The first is that of the request before.
    expect(await quarantined(router.core)).toEqual([
      { org: 'europol', reason: 'not-yet' },
      { org: 'europol', reason: 'frame-unreadable' },
    ]);
    expect((await europol.ask({ type: 'status', jtis: [] }))['type']).toBe('status');
  });

  test('after an update of the router, the frame is routed once its outbox offers it again, and both exchange notices', async () => {
    await router.stop();
    router = await hub.start({}, later.createRouter);
    await hub.open(router);
    await europol.publish('submission', higher, waiting.id);
    const report = await europol.reportOn(waiting);
    expect(report.notices).toHaveLength(1);
    expect(report.refusals).toMatchObject([{ code: 'not-yet', digest: digest('a memo') }]);
    await until('the queue to be empty', async () => (await left()) === 0);
    await isReceipted(interpol, behind);
    await isReceipted(interpol, await exchange(interpol, europol, interpol.send));
    await isReceipted(europol, await exchange(europol, interpol, sendLower));
  });

  test('after an update of the hub, it lists by itself the newer contract that a gateway states, and `hub contract raise` names the other', async () => {
    expect(await stateContract()).toEqual({ taken: ['europol:contract'], refused: [] });
    const { home } = hub.broker;
    const ending = new AbortController();
    const answering = later.answerKeyRequests(home, {
      env: process.env,
      say: () => undefined,
      stopping: ending.signal,
    });
    const contractOf = async (org: string): Promise<number | undefined> =>
      (await readDirectory(home)).organisations.get(parseOrgId(org))?.contract;
    await until('the listing', async () => (await contractOf('europol')) === 2);
    ending.abort();
    await answering;
    const speakers = inForce(await readSpeakers(await readDirectory(home), undefined));
    expect(judgeRaise(1, speakers)).toEqual({
      type: 'lacking',
      to: 2,
      lacking: [{ name: 'interpol', contract: 1, inForce: true }],
    });
  });
});
