import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBell } from '../../../services/gateway/bell.js';
import { type Actions, createActions } from '../../../services/gateway/life/actions.js';
import { createSignOwed } from '../../../services/gateway/life/sign-owed.js';
import { createSigning } from '../../../services/gateway/signing.js';
import type { OwedHolder } from '../../../services/shared/store/gateway/gateway-holders.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { clockWatchOf, example, SETTINGS, startGateway, type Started } from '../start-gateway.js';
import { fillWithActions } from './fill-with-actions.js';

let broker: Broker;
let gateway: Started;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { offline: true });
});
afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

interface Meanwhile {
  /** Runs while an action is signed, before it is stored. */
  readonly during?: () => Promise<unknown>;
  /** Runs once an action is stored, before `orderOnce` resolves. */
  readonly after?: () => Promise<unknown>;
}

/** Creates the actions of the gateway. */
function createOwnActions({ during, after }: Meanwhile = {}): Actions {
  const { identity: own, store } = gateway;
  const noticeSigner: Signer = {
    ...own.noticeSigner,
    sign: async (...payload) => (await during?.(), own.noticeSigner.sign(...payload)),
  };
  const identity = { ...own, noticeSigner };
  const signing = createSigning({ identity, clockWatch: clockWatchOf(identity) });
  const deps = {
    ...SETTINGS,
    identity,
    store,
    signing,
    onQueued: () => undefined,
    onErased: () => undefined,
  };
  const actions = createActions(deps);
  return {
    ...actions,
    orderOnce: async (...order) => {
      const row = await actions.orderOnce(...order);
      await after?.();
      return row;
    },
  };
}

async function signOwed(actions = createOwnActions(), alarms = alarmsFor()): Promise<void> {
  const bell = createBell();
  bell.ring();
  await createSignOwed({ ...gateway, actions, alarms, bell })(AbortSignal.timeout(5_000));
}

async function submit(codes: readonly string[] = []): Promise<string> {
  const { header, sections } = example('red');
  const handling = { ...Object(header['handling']), codes };
  const body = {
    header: { ...header, handling },
    sections: { ...sections, handlingNote: { text: 'ask first' } },
  };
  const answer = await gateway.call('POST', '/v1/notices', { body });
  return String(answer.body['id']);
}

const reason = 'by-originator';
const owe = (id: string, ...holders: readonly OwedHolder[]): Promise<void> =>
  gateway.store.commit(() => gateway.store.holders.owe({ id, reason, holders }));
const oweDerived = (id: string): Promise<void> => {
  const derived = { id, reason: 'no-longer-shared', holders: [{ to: 'afripol' }] };
  return gateway.store.commit(() => gateway.store.holders.owe(derived));
};
const amend = (id: string): Promise<unknown> =>
  gateway.call('POST', `/v1/notices/${id}/revisions`, { body: example('red') });
const owed = (): unknown => gateway.store.holders.owed(9).flatMap(({ holders }) => holders);
const signed = (id: string): unknown => gateway.store.items.of('', id).map(({ fields }) => fields.meant);

test('a restriction that becomes owed while another one is signed is signed after it', async () => {
  const id = await submit();
  await owe(id, { to: 'afripol', sections: ['threat'] });
  await signOwed(createOwnActions({ after: () => owe(id, { to: 'afripol', sections: ['judicial'] }) }));
  expect(owed()).toEqual([{ to: 'afripol', sections: ['judicial'] }]);
  await signOwed();
  expect(signed(id)).toEqual([
    [{ to: 'afripol', sections: ['threat'] }],
    [{ to: 'afripol', sections: ['judicial'] }],
  ]);
  expect(owed()).toEqual([]);
});

test('a restriction that follows from an earlier report is dropped when a newer revision is stored', async () => {
  const id = await submit();
  await oweDerived(id);
  await amend(id);
  expect(owed()).toEqual([]);
});

test('a restriction that follows from an earlier report is not signed above a revision that is stored meanwhile', async () => {
  const id = await submit();
  await oweDerived(id);
  let amended: Promise<unknown> | undefined;
  await signOwed(createOwnActions({ during: () => (amended ??= amend(id)) }));
  expect(owed()).toEqual([]);
  expect(signed(id)).toEqual([]);
});

test('a restriction that is owed to an organisation that left the federation is dropped', async () => {
  const id = await submit();
  await owe(id, { to: 'afripol', sections: ['threat'] }, { to: 'departed' });
  await signOwed();
  expect(signed(id)).toEqual([[{ to: 'afripol', sections: ['threat'] }]]);
  expect(owed()).toEqual([]);
});

test('a restriction that cannot be signed raises an alarm, except when its notice has ended', async () => {
  const alarms = alarmsFor();
  const [full, ended] = [await submit(), await submit()];
  await fillWithActions(gateway.store, full);
  await gateway.call('POST', `/v1/notices/${ended}/withdraw`, { body: { reason: 'issued-in-error' } });
  await owe(full, { to: 'afripol' });
  await owe(ended, { to: 'afripol' });
  await signOwed(undefined, alarms);
  await signOwed(undefined, alarms);
  expect(owed()).toEqual([]);
  expect(alarms.list()).toMatchObject([{ alarm: 'restriction-refused', code: 'too-many-actions', count: 1 }]);
});

test('a restriction of the handling note takes the whole notice if its handling code needs the note', async () => {
  const id = await submit(['H3']);
  await owe(id, { to: 'afripol', sections: ['handlingNote'] });
  await signOwed();
  expect(signed(id)).toEqual([[{ to: 'afripol' }]]);
  expect(owed()).toEqual([]);
});
