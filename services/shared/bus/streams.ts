import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import type { OrgId } from '../kernel/ids.js';

/** A consumer to pull from. */
export interface Source {
  readonly stream: string;
  readonly consumer: string;
}

/** Every consumer that provisioning makes, by what it is for. */
export const sources = {
  out: { stream: 'OUT', consumer: 'router' },
  in: { stream: 'IN', consumer: 'gw' },
  ledgerAuditor: { stream: 'LEDGER', consumer: 'auditor' },
  ledgerRouter: (n = 1): Source => ({ stream: 'LEDGER', consumer: `router-${n}` }),
  parked: (org: OrgId): Source => ({ stream: 'PARKED', consumer: org }),
  command: { stream: 'COMMAND', consumer: 'router' },
} as const;

/** Under this name a consumer's metadata say which life of its stream it belongs to. */
export const EPOCH = 'epoch';

/** What an account may use of the disk; the server refuses more, so that nobody fills it for the others. */
export interface AccountLimits {
  readonly maxFile: number;
  readonly maxStreams: number;
  readonly maxConsumers: number;
}

/** A stream with its consumers, as one unit of provisioning. */
export interface StreamPlan {
  /** Counts what changed of a stream that homes may have already: provisioning brings theirs to it once. */
  readonly revision?: number;
  readonly config: Partial<StreamConfig> & { readonly name: string };
  readonly consumers: readonly (Partial<ConsumerConfig> & { readonly durable_name: string })[];
}

/** How many of what there are; `replicas` is 1 on one machine, 3 on a cluster. */
export interface Size {
  readonly orgs: readonly OrgId[];
  readonly routers: number;
  readonly replicas: number;
}

/** How the hub of one command is laid out. */
export const ONE_MACHINE = { routers: 1, replicas: 1 } as const;

export type AccountKind = 'organisation' | 'core' | 'command';

const MiB = 1024 * 1024;
const NANOS_PER_SECOND = 1_000_000_000;

/** What the ledger's stream holds at most. What it forgets is in the auditor's file (docs/adr/0025). */
export const LEDGER_BYTES = 2048 * MiB;

/** Every stream is bounded: one without a bound let one organisation's quarantine stop the ledger for all. */
const MAX_BYTES: Readonly<Record<string, number>> = {
  OUT: 64 * MiB,
  IN: 256 * MiB,
  LEDGER: LEDGER_BYTES,
  PARKED: 1024 * MiB,
  CHECKPOINT: 1 * MiB,
  COMMAND: 16 * MiB,
};
/** The ring of quarantined bytes grows with the number of organisations; it is one pool, of which routers give slowly. */
const QUARANTINE_BYTES_EACH = 64 * MiB;
const QUARANTINED_EACH = 1_000;

/** Fail-over: a message whose router died is handed to the next one after so long. */
const ACK_WAIT_S = 5;
/** The two that write to disk in batches take longer than a single frame may. */
const BATCH_ACK_WAIT_S = 30;

/**
 * Room for every stream and once more for the largest: the server counts the reservation of a stream twice while it is
 * asked to create what exists already, as a repeated provisioning does. A cluster counts every replica.
 */
export function budgetOf(kind: AccountKind, size: Size): AccountLimits {
  const streams = streamsOf(kind, size);
  const bytes = streams.map(({ config }) => config.max_bytes ?? 0);
  return {
    maxFile: bytes.reduce((sum, each) => sum + each, Math.max(...bytes)) * size.replicas,
    maxStreams: streams.length,
    maxConsumers: streams.reduce((sum, { consumers }) => sum + consumers.length, 0),
  };
}

/** The streams of an account of this kind, in the order in which they are made. */
export function streamsOf(kind: AccountKind, size: Size): readonly StreamPlan[] {
  switch (kind) {
    case 'organisation':
      return [
        // One frame of an organisation at a time: order, whichever router pulls.
        plan(workQueue('OUT', 'out.>'), [consumer('router', { max_ack_pending: 1 })]),
        // The newest directory and checkpoint replace the older; everything else has a subject of its own. What is given
        // back to come later counts as pending: with fewer places than messages, a gateway whose directory is stale would
        // fill them with what waits for the next directory, and never get it. The gateway bounds what it takes (`ahead`).
        plan({ ...workQueue('IN', 'in.>'), max_msgs_per_subject: 1 }, [
          consumer('gw', { max_ack_pending: 100_000 }),
        ]),
      ].map((stream) => replicated(stream, size.replicas));
    case 'core':
      return [ledger(size), parked(size), quarantine(size), checkpoint()].map((stream) =>
        replicated(stream, size.replicas),
      );
    case 'command':
      return [plan(workQueue('COMMAND', 'command.*'), [consumer('router', { max_ack_pending: 1 })])].map(
        (stream) => replicated(stream, size.replicas),
      );
  }
}

function plan(config: StreamPlan['config'], consumers: StreamPlan['consumers'] = []): StreamPlan {
  return { config, consumers };
}

function replicated({ config, ...more }: StreamPlan, replicas: number): StreamPlan {
  return { ...more, config: { ...config, num_replicas: replicas } };
}

/** Streams of which the router erases single messages. */
const ERASABLE = ['IN', 'PARKED', 'QUARANTINE'];

/**
 * `discard: new` says no when full; the default would drop what was acknowledged, in silence. Nobody purges, ever: an
 * acknowledgement that a publisher sends on to `$JS.API.STREAM.PURGE.…` as its reply subject is obeyed otherwise.
 */
function bounded(name: string, subject: string): StreamPlan['config'] {
  return {
    name,
    subjects: [subject],
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_bytes: MAX_BYTES[name] ?? QUARANTINE_BYTES_EACH,
    deny_purge: true,
    deny_delete: !ERASABLE.includes(name),
  };
}

function workQueue(name: string, subject: string): StreamPlan['config'] {
  return { ...bounded(name, subject), retention: RetentionPolicy.Workqueue };
}

function consumer(
  name: string,
  more: Partial<ConsumerConfig>,
): Partial<ConsumerConfig> & { readonly durable_name: string } {
  return {
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    ack_wait: ACK_WAIT_S * NANOS_PER_SECOND,
    max_deliver: -1,
    max_waiting: 64,
    ...more,
  };
}

/**
 * Forgets its oldest when it is full, and the routers pull nothing while half of it is not yet in the auditor's file: what is
 * forgotten is there (docs/adr/0025).
 */
function ledger({ routers }: Size): StreamPlan {
  const batch = { ack_wait: BATCH_ACK_WAIT_S * NANOS_PER_SECOND, max_ack_pending: 2_048 };
  const stream = plan(
    {
      ...bounded('LEDGER', 'ledger.*'),
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: 0,
      allow_direct: true,
    },
    [
      consumer('auditor', batch),
      ...Array.from({ length: routers }, (_, index) => consumer(`router-${index + 1}`, batch)),
    ],
  );
  return { ...stream, revision: 2 };
}

/** A consumer for each organisation, so that one whose inbox is full holds nobody else. */
function parked({ orgs }: Size): StreamPlan {
  return plan(
    workQueue('PARKED', 'parked.>'),
    orgs.map((org) => consumer(org, { filter_subject: `parked.${org}.>`, max_ack_pending: 1 })),
  );
}

function quarantine({ orgs }: Size): StreamPlan {
  return plan({
    ...bounded('QUARANTINE', 'quarantine.*'),
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_msgs_per_subject: QUARANTINED_EACH,
    max_bytes: Math.max(orgs.length, 1) * QUARANTINE_BYTES_EACH,
    allow_direct: true,
  });
}

function checkpoint(): StreamPlan {
  return plan({
    ...bounded('CHECKPOINT', 'checkpoint'),
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_msgs_per_subject: 1,
    allow_direct: true,
  });
}
