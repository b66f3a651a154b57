import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watchStatus } from '../../services/shared/bus/status.js';
import { parseNoticeId } from '../../services/shared/kernel/ids.js';
import { OPEN, rule, startHub, type TestHub } from '../support/hub.js';
import { until } from '../support/until.js';
import { page } from './asyncapi.js';

type Event = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
};

const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
formats.default(ajv);
const isEvent = ajv.compile(page.components.schemas['statusEvent'] ?? false);
const examples = (page.components.messages['statusEvent']?.examples ?? []).map(({ name, payload }) => {
  return [name, payload as Event] as const;
});

const ONLY_IDENTITY =
  'forbid (principal, action == Action::"disclose", resource) unless { context.section == Section::"identity" };';

describe('a status event', () => {
  let hub: TestHub;
  const heard: { readonly subject: string; readonly event: Event }[] = [];
  const ofType = (type: string) => heard.find(({ event }) => event.type === type);

  beforeAll(async () => {
    hub = await startHub();
    watchStatus(await hub.broker.connect('console', 'WATCH'), 'status.>', (subject, bytes) =>
      heard.push({ subject, event: JSON.parse(Buffer.from(bytes).toString()) as Event }),
    );
    const router = await hub.start();
    await hub.open(router);
    const identity = rule('int-import-only-identity', ONLY_IDENTITY);
    await hub.policy('interpol/import.cedar', OPEN('interpol-import') + identity);
    await hub.policy(
      'afripol/import.cedar',
      rule('afr-import-never', 'forbid (principal, action, resource);'),
    );
    const [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen({ receipts: true })]);
    const id = parseNoticeId('01a221e2-021d-768e-8d95-772a03c6b619');
    const whole = await europol.issue({ id });
    const stripped = (await europol.issue()).split('~')[0];
    await europol.send(await europol.frame([whole, `${stripped}~`]));
    await until('a receipt', () => europol.receipts.length === 1);
    await europol.send(
      await europol.frame([await europol.act({ id, verb: 'withdraw', reason: 'issued-in-error' })]),
    );
    await europol.send(await europol.frame([await europol.issue()], { number: 9 }));
    await europol.publish('submission', Buffer.from('unreadable'));
    await until('every example', () => examples.every(([, { type }]) => ofType(type) !== undefined));
  });
  afterAll(() => hub.close());

  test('of a real run is what the page says, each of them', () => {
    const faults = heard.flatMap(({ subject, event }) =>
      isEvent(event) ? [] : [{ subject, event, errors: isEvent.errors }],
    );
    expect(heard.length).toBeGreaterThan(examples.length);
    expect(faults).toEqual([]);
  });

  test.each(examples)(
    '`%s` of the page fits its own schema, and says just what a real one says',
    (_, example) => {
      expect(isEvent(example), JSON.stringify(isEvent.errors)).toBe(true);
      const real = ofType(example.type);
      expect(Object.keys(example).toSorted()).toEqual(Object.keys(real?.event ?? {}).toSorted());
      expect(Object.keys(example.data).toSorted()).toEqual(Object.keys(real?.event.data ?? {}).toSorted());
      const { event, originator = '_', recipient = '_', kind = '_' } = real?.event.data ?? {};
      expect(real?.subject).toBe(['status', event, originator, recipient, kind].join('.'));
    },
  );

  test('with anything else in it is none', () => {
    const [, example] = examples[0] ?? [];
    expect(isEvent({ ...example, data: { ...example?.data, name: 'DOE' } })).toBe(false);
    expect(isEvent({ ...example, traceparent: '00-00' })).toBe(false);
  });
});
