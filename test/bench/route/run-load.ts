import { type Bus, connectAs } from '../../../services/shared/bus/connect.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import type { SignedItems } from '../prepare.js';
import { type Chains, type Sender, startSender } from './sender.js';
import { type RoutedPart, type Sink, startSink } from './sink.js';

export interface RouteLoad {
  readonly home: Home;
  readonly nats: string;
  readonly federation: string;
  readonly prepared: readonly SignedItems[];
  /** The maximum number of items in flight per organisation. */
  readonly window: number;
  /** The maximum number of items in a frame. */
  readonly largest: number;
  readonly chains: Chains;
  /** Copies of each notice that a bare pipe delivers; absent for a router, whose reports give the number. */
  readonly copies?: number;
  /** Called when an organisation receives a report on its own notices. */
  readonly onReport?: (org: OrgId) => void;
  /** Called with what a report says about the notices of an organisation. */
  readonly onRouted?: (org: OrgId, routed: readonly RoutedPart[]) => void;
  /** The number of items in the warm-up, which are not counted; 0 by default. */
  readonly uncounted?: number;
  /** Called when the warm-up ends and counting begins. */
  readonly onCounting?: () => void;
  readonly say: (words: string) => void;
}

export interface Loaded {
  /** Notices, or actions if those were sent; without the warm-up, as all figures except the last three. */
  readonly notices: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Delivered copies per item. */
  readonly copies: number;
  readonly refused: number;
  /** Items in each frame sent. */
  readonly frames: readonly number[];
}

const LIMIT_MS = 300_000;
const LOOK_MS = 5;

interface Counts {
  delivered: number;
  reported: number;
  refused: number;
  pairs: number;
  receipts: number;
}

/** Sends everything and waits until every copy has arrived and, through the router, every receipt is back. */
export async function runLoad(load: RouteLoad): Promise<Loaded> {
  const total = load.prepared.reduce((sum, { items }) => sum + items.length, 0);
  const counts: Counts = { delivered: 0, reported: 0, refused: 0, pairs: 0, receipts: 0 };
  const buses = await Promise.all(load.prepared.map(({ org }) => connectGateway(load, org)));
  const counting = createCounting(load);
  const { copies } = load;
  const look = (): void => counting.look(copies === undefined ? counts.reported : counts.delivered / copies);
  const senders: Sender[] = [];
  const sinks = await Promise.all(
    load.prepared.map(({ org }, index) =>
      receive(load, {
        org,
        bus: at(buses, index),
        counts,
        onDelivered: look,
        onReported: (n) => {
          look();
          senders[index]?.settled(n);
        },
      }),
    ),
  );
  senders.push(...load.prepared.map((one, index) => startSender({ ...load, ...one, bus: at(buses, index) })));
  const frames = (await Promise.all(senders.map(({ done }) => done))).flat();
  await untilOver(() => copies !== undefined || counts.reported >= total, counts);
  for (const sink of sinks) sink.hurry();
  await untilOver(() => isOver(counts, total, copies), counts);
  const { notices, seconds } = counting.end(total);
  await Promise.all(sinks.map((sink) => sink.stop()));
  await Promise.all(buses.map((bus) => bus.close()));
  const { delivered, refused } = counts;
  return { notices, seconds, perSecond: notices / seconds, copies: delivered / total, refused, frames };
}

/** Creates a counter that begins at once, or after the notices of the warm-up. */
function createCounting({ uncounted = 0, onCounting = () => {} }: RouteLoad) {
  let began: { readonly at: number; readonly through: number } | undefined;
  const look = (through: number): void => {
    if (began !== undefined || through < uncounted) return;
    began = { at: performance.now(), through };
    onCounting();
  };
  look(0);
  return {
    look,
    end: (total: number): Pick<Loaded, 'notices' | 'seconds'> => {
      if (began === undefined)
        throw fail('internal', 'all notices were part of the warm-up: none was counted');
      return { notices: Math.round(total - began.through), seconds: (performance.now() - began.at) / 1000 };
    },
  };
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw fail('internal', 'a bus is missing');
  return found;
}

function isOver({ delivered, reported, receipts, pairs }: Counts, total: number, copies?: number): boolean {
  if (copies !== undefined) return delivered >= total * copies;
  return reported >= total && receipts >= pairs;
}

async function untilOver(over: () => boolean, counts: Counts): Promise<void> {
  for (const end = Date.now() + LIMIT_MS; !over(); ) {
    if (Date.now() > end) throw fail('timed-out', `the load is stuck at ${JSON.stringify(counts)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

interface Receiving {
  readonly org: OrgId;
  readonly bus: Bus;
  readonly counts: Counts;
  readonly onDelivered: () => void;
  readonly onReported: (items: number) => void;
}

async function receive(
  { home, federation, say, onReport, onRouted }: RouteLoad,
  { org, bus, counts, onDelivered, onReported }: Receiving,
): Promise<Sink> {
  return startSink({
    bus,
    org,
    federation,
    signer: await readSigner(home.org(org, 'receipt.jwk')),
    onDelivered: (notices) => {
      counts.delivered += notices;
      onDelivered();
    },
    onReport: ({ items, pairs, refused, routed }) => {
      counts.reported += items + refused;
      counts.refused += refused;
      counts.pairs += pairs;
      onReported(items + refused);
      onReport?.(org);
      onRouted?.(org, routed);
    },
    onReceipts: (receipts) => (counts.receipts += receipts),
    onTrouble: (words) => say(`${org}: ${words}`),
  });
}

function connectGateway({ home, nats }: RouteLoad, org: OrgId): Promise<Bus> {
  const seed = readSecret(home.org(org, 'gateway.nk'));
  return connectAs({ servers: nats, seed, role: 'gateway', name: `bench-${org}` });
}
