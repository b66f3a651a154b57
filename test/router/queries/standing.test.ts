import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHubQuestions } from '../../../services/gateway/outbound/hub-questions.js';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { frames } from '../../../services/shared/wire/frames.js';
import type { ShownStatement } from '../../../services/shared/wire/shown-standing.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const ID = '01900000-0000-7000-8000-00000000000a';
const UNKNOWN = '01900000-0000-7000-8000-0000000000ff';
const NOTHING = { number: null, end: null, actions: [] };
const NOTHING_IN = rule('afr-import-nothing', 'forbid (principal, action == Action::"receive", resource);');

let hub: TestHub;
let router: TestRouter;
let europol: PlayedGateway;
let interpol: PlayedGateway;
let afripol: PlayedGateway;
let sent: readonly Sent[];
beforeAll(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol', 'afripol'] });
  await hub.policy('afripol/import.cedar', OPEN('afripol-import') + NOTHING_IN);
  router = await hub.start();
  await hub.open(router);
  [europol, interpol, afripol] = (await Promise.all(['europol', 'interpol', 'afripol'].map(hub.gateway))) as [
    PlayedGateway,
    PlayedGateway,
    PlayedGateway,
  ];
  await Promise.all([europol.listen(), interpol.listen({ receipts: true }), afripol.listen()]);
  const send = async (number: number): Promise<Sent> => {
    const made = await europol.frame([await europol.issue({ id: ID, number })]);
    await europol.send(made);
    await europol.reportOn(made);
    return made;
  };
  sent = [await send(1_000), await send(2_000)];
});
afterAll(() => hub.close());

const held = (originator: string, id: string) => ({ originator, id });

describe('router: the question for the standing', () => {
  test('tells an originator its newest statement as it signed it, and up to where the router has read the ledger', async () => {
    const answer = await europol.ask({ type: 'standing' });
    expect(answer).toMatchObject({ type: 'standing', held: [], own: [], next: null });
    const signed = frames.submission.decode(sent[1]!.submission).statement;
    expect(answer['submission']).toEqual({ number: 2, digests: [digest(signed)], signed });
    expect(answer['read']).toMatchObject({ epoch: router.store.fact('epoch') });
    expect(await afripol.ask({ type: 'standing' })).toMatchObject({ submission: null, receipts: null });
    await until('the receipts', async () => {
      const { receipts } = await interpol.ask({ type: 'standing' });
      const { number, digests, signed } = Object(receipts) as ShownStatement;
      return number === 2 && digests.join() === digest(String(signed));
    });
  });

  test('lists own notices with their kind, end and recipients, after a number or a revision', async () => {
    const own = async (after: unknown) => (await europol.ask({ type: 'standing', after } as Claims))['own'];
    const rows = [1_000, 2_000].map((number, at) => {
      const { exp } = Object(claimsIn(sent[at]!.notices[0]!)) as { readonly exp: number };
      return `${ID}.${number} red ${exp} interpol`;
    });
    expect(await own(0)).toEqual(rows);
    expect(await own(1_000)).toEqual(rows.slice(1));
    expect(await own(`${ID}.1000`)).toEqual(rows.slice(1));
    expect(await own(2_000)).toEqual([]);
    expect((await interpol.ask({ type: 'standing', after: 0 }))['own']).toEqual([]);
  });

  test('tells a holder the newest revision that it was allowed', async () => {
    const answer = await interpol.ask({
      type: 'standing',
      held: [held('europol', ID), held('europol', UNKNOWN)],
    });
    expect(answer['held']).toEqual([{ ...NOTHING, number: 2_000 }, NOTHING]);
  });

  test('gives a member that was denied a notice the same answer as about one that does not exist', async () => {
    const answer = await afripol.ask({
      type: 'standing',
      held: [held('europol', ID), held('europol', UNKNOWN), held('interpol', ID)],
    });
    expect(answer['held']).toEqual([NOTHING, NOTHING, NOTHING]);
  });

  test('tells an originator that its own notice was withdrawn, with its signed withdrawal', async () => {
    const id = '01900000-0000-7000-8000-00000000000b';
    const withdraw = { id: parseNoticeId(id), verb: 'withdraw', reason: 'basis-gone' } as const;
    const made = await europol.frame([await europol.issue({ id, number: 500 })]);
    await europol.send(made);
    await europol.reportOn(made);
    const act = await europol.act(withdraw);
    const ending = await europol.frame([act]);
    await europol.send(ending);
    await europol.reportOn(ending);
    const ask = async (by: PlayedGateway) => by.ask({ type: 'standing', held: [held('europol', id)] });
    const end = { verb: 'withdraw', number: expect.any(Number), proof: [act.action?.statement] };
    expect((await ask(europol))['held']).toEqual([{ number: null, end, actions: [] }]);
    expect((await ask(afripol))['held']).toEqual([NOTHING]);
  });

  test('refuses a list that is too long, a value that is not a list, and an invalid cursor', async () => {
    const many = Array.from({ length: 257 }, () => held('europol', ID));
    for (const query of [{ held: many }, { held: 'x' }, { held: [7] }, { after: -1 }, { after: 'x' }])
      expect((await interpol.ask({ type: 'standing', ...query }))['code']).toMatch(/-invalid$/);
  });
});

describe('gateway: the answers of the hub', () => {
  const asking = (by: PlayedGateway) => createHubQuestions({ ask: (query) => by.ask(query) });

  test('are read by the type of the question', async () => {
    const about = { held: [held('europol', ID)] };
    expect((await asking(interpol).standing(about)).held).toEqual([{ ...NOTHING, number: 2_000 }]);
    expect((await asking(europol).standing({ after: 1_000 })).own).toHaveLength(1);
    expect(await asking(europol).delivery(sent[0]!.id, interpol.org)).toMatchObject({ recorded: true });
  });

  test.each<Claims>([
    { type: 'status', notices: [] },
    { type: 'standing' },
    { type: 'standing', read: { epoch: 'e', sequence: 1 }, submission: 7 },
    { type: 'delivery', recorded: 'yes', status: null },
    { type: 'overheld', bundle: 'b', pairs: [{}], next: null },
  ])('in another form are refused: %j', async (answer) => {
    const questions = createHubQuestions({ ask: async () => answer });
    for (const asked of [
      questions.standing(),
      questions.overheld(),
      questions.delivery(sent[0]!.id, interpol.org),
    ])
      await expect(asked).rejects.toMatchObject({ code: 'token-malformed' });
  });
});

describe('router: the question for a delivery', () => {
  const ask = (by: PlayedGateway, frame: string, recipient: string) =>
    by.ask({ type: 'delivery', frame, recipient });

  test('says how far an own frame has got with one recipient', async () => {
    await until('the receipt', async () => {
      const { status } = await ask(europol, sent[0]!.id, 'interpol');
      return status === 'receipted';
    });
    expect(await ask(europol, sent[0]!.id, 'afripol')).toEqual({
      type: 'delivery',
      recorded: true,
      status: null,
    });
  });

  test('about a frame of another organisation is answered as about one that does not exist', async () => {
    const nothing = { type: 'delivery', recorded: false, status: null };
    expect(await ask(interpol, sent[0]!.id, 'interpol')).toEqual(nothing);
    expect(await ask(interpol, 'f'.repeat(64), 'interpol')).toEqual(nothing);
    expect((await ask(europol, 'x', 'interpol'))['code']).toBe('id-invalid');
  });
});
