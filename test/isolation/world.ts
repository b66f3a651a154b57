import type { Bus } from '../../services/shared/bus/connect.js';
import { publishLatest } from '../../services/shared/bus/publish.js';
import type { Broker } from '../support/broker.js';
import { until } from '../support/until.js';

/** The state of every stream and consumer, one comparable line for each. */
type Snapshot = ReadonlyMap<string, string>;

interface Jsz {
  readonly account_details: readonly {
    readonly name: string;
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly config: object;
      readonly state: Readonly<Record<string, unknown>>;
      readonly consumer_detail?: readonly {
        readonly name: string;
        readonly delivered: { readonly stream_seq: number };
        readonly ack_floor: { readonly stream_seq: number };
        readonly num_pending: number;
        readonly num_ack_pending: number;
      }[];
    }[];
  }[];
}

/** Reads the state from the server's monitoring: no user of the configuration may see all of it, and the test adds none. */
async function snapshot(broker: Broker): Promise<Snapshot> {
  const response = await fetch(
    `${broker.monitoring.url}/jsz?accounts=true&streams=true&consumers=true&config=true`,
  );
  const { account_details } = (await response.json()) as Jsz;
  const lines = account_details.flatMap(({ name: account, stream_detail = [] }) =>
    stream_detail.flatMap(({ name: stream, config, state, consumer_detail = [] }) => [
      [`${account}/${stream}`, JSON.stringify({ config, state: stateOf(state) })] as const,
      ...consumer_detail.map(({ name, delivered, ack_floor, num_pending, num_ack_pending }) => {
        const line = [delivered.stream_seq, ack_floor.stream_seq, num_pending, num_ack_pending];
        return [`${account}/${stream}/${name}`, JSON.stringify(line)] as const;
      }),
    ]),
  );
  return new Map(lines);
}

function stateOf({
  messages,
  bytes,
  first_seq,
  last_seq,
  num_deleted,
}: Readonly<Record<string, unknown>>): unknown {
  return { messages, bytes, first_seq, last_seq, num_deleted };
}

/** Waits until two snapshots in a row are the same: the server has finished. */
export async function settled(broker: Broker): Promise<Snapshot> {
  for (let last = await snapshot(broker); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    const now = await snapshot(broker);
    if (differences(last, now).length === 0) return now;
    last = now;
  }
}

/** Every line outside the named account that was changed, added or removed. */
export function differences(before: Snapshot, after: Snapshot, except?: string): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((name) => name.split('/')[0] !== except && before.get(name) !== after.get(name))
    .map((name) => `${name}: ${before.get(name) ?? 'not there'} → ${after.get(name) ?? 'not there'}`);
}

/** A secret that only the named account may see. */
export const secretOf = (account: string): string => `secret of ${account}.`;

const frame = (n: number): string => n.toString(16).padStart(64, '0');

/** The honest processes at work; `talk()` makes each of them send, request and receive. */
export interface World {
  readonly broker: Broker;
  /** Messages that reached a subscription, by account. */
  readonly heard: { readonly account: string; readonly subject: string; readonly text: string }[];
  talk(): Promise<void>;
}

export async function createWorld(broker: Broker): Promise<World> {
  const heard: World['heard'] = [];
  const [core, auditor, watch, viewer, operator, taker] = await Promise.all([
    broker.connect('router'),
    broker.connect('auditor'),
    broker.connect('router', 'WATCH'),
    broker.connect('console'),
    broker.connect('operator'),
    broker.connect('router', 'COMMAND'),
  ]);
  listen({ bus: core, account: 'CORE', heard }, ['_INBOX_router.>']);
  listen({ bus: auditor, account: 'CORE', heard }, ['_INBOX_auditor.>']);
  listen({ bus: viewer, account: 'WATCH', heard }, ['status.>', '_INBOX_console.>']);
  listen({ bus: operator, account: 'COMMAND', heard }, ['_INBOX_operator.>']);
  listen({ bus: taker, account: 'COMMAND', heard }, ['_INBOX_router.>']);
  let [asked, taken] = [0, 0];
  const members = await Promise.all(
    broker.orgs.map(async (org) => {
      const [gateway, router] = await Promise.all([
        broker.connect('gateway', org),
        broker.connect('router', org),
      ]);
      listen({ bus: gateway, account: org, heard }, ['_INBOX_gw.>']);
      gateway.nc.subscribe('_INBOX_gw.honest.>', {
        callback: (error, message) => {
          if (error !== null || !message.reply?.startsWith('$JS.ACK.')) return;
          gateway.nc.publish(message.reply, '+ACK');
          taken += 1;
        },
      });
      listen({ bus: router, account: org, heard }, ['_INBOX_router.>']);
      return { org, gateway, router };
    }),
  );
  let round = 0;
  const talk = async (): Promise<void> => {
    round += 1;
    const say = (bus: Bus, account: string, subject: string): Promise<unknown> =>
      publishLatest(bus, { subject, bytes: Buffer.from(`${secretOf(account)} ${round}`) });
    for (const { org, gateway, router } of members) {
      await say(gateway, org, `out.submission.${frame(round)}`);
      await say(router, org, `in.report.${frame(round)}`);
      await say(core, 'CORE', `ledger.${org}`);
      await say(core, 'CORE', `parked.${org}.interpol.${frame(round)}`);
      await say(core, 'CORE', `quarantine.${org}`);
      watch.nc.publish(`status.delivered.${org}.interpol.red`, secretOf('WATCH'));
      gateway.nc.publish('$JS.API.CONSUMER.MSG.NEXT.IN.gw', '1', { reply: '_INBOX_gw.honest.next' });
      asked += 1;
      await gateway.jsm.consumers.info('IN', 'gw');
    }
    await say(auditor, 'CORE', 'checkpoint');
    await say(operator, 'COMMAND', 'command.cancel');
    await until('what the gateways asked for', () => taken >= asked);
    const buses = [core, auditor, watch, viewer, operator, taker];
    const all = [...buses, ...members.flatMap(({ gateway, router }) => [gateway, router])];
    await Promise.all(all.map((bus) => bus.nc.flush()));
  };
  return { broker, heard, talk };
}

interface Listener {
  readonly bus: Bus;
  readonly account: string;
  readonly heard: World['heard'];
}

function listen({ bus, account, heard }: Listener, subjects: readonly string[]): void {
  for (const subject of subjects) {
    bus.nc.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) heard.push({ account, subject: message.subject, text: message.string() });
      },
    });
  }
}
