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
  /** The subjects of the stream that it gets; all of them if absent. */
  readonly subjects?: readonly string[];
}

/** The consumers that provisioning creates, by their purpose. */
export const sources = {
  out: { stream: 'OUT', consumer: 'router', subjects: ['out.submission.>', 'out.receipt.>'] },
  /** A consumer of its own, so that questions do not wait behind a stuck frame or for a closed gate. */
  queries: { stream: 'OUT', consumer: 'queries', subjects: ['out.query.>'] },
  in: { stream: 'IN', consumer: 'gw' },
  ledgerAuditor: { stream: 'LEDGER', consumer: 'auditor' },
  ledgerRouter: (n = 1): Source => ({ stream: 'LEDGER', consumer: `router-${n}` }),
  parked: (org: OrgId): Source => ({ stream: parkedStream(org), consumer: 'router' }),
  command: { stream: 'COMMAND', consumer: 'router' },
} as const satisfies Readonly<Record<string, Source | ((n: never) => Source)>>;

/**
 * The subjects of OUT. Each belongs to exactly one consumer: a message that no consumer gets would stay in a
 * work queue for good.
 */
export const OUT_SUBJECTS: readonly string[] = [...sources.out.subjects, ...sources.queries.subjects];

/**
 * Returns the name of the stream with an organisation's parked copies. Each recipient has its own stream, so that an absent
 * recipient does not fill that of others. Organisation ids are valid in stream names.
 */
export function parkedStream(org: string): string {
  return `PARKED_${org}`;
}

/**
 * Streams of older releases that provisioning deletes. PARKED held the copies for all recipients; they are not settled, so
 * the originators' outboxes offer them again.
 */
export const RETIRED_STREAMS: readonly string[] = ['PARKED'];

/** The key in a consumer's metadata for the epoch of its stream. */
export const EPOCH = 'epoch';

/** A stream with its consumers, as one unit of provisioning. */
export interface StreamPlan {
  /** The number of the configuration's last change; provisioning updates an existing stream of a lower number once. */
  readonly revision?: number;
  readonly config: Partial<StreamConfig> & { readonly name: string };
  readonly consumers: readonly ConsumerPlan[];
}

/** A consumer; `revision` numbers its configuration as in `StreamPlan`. */
export type ConsumerPlan = Partial<ConsumerConfig> & {
  readonly durable_name: string;
  readonly revision?: number;
};

/** The size of a federation; `replicas` is 1 on one machine and 3 on a cluster. */
export interface Size {
  readonly orgs: readonly OrgId[];
  readonly routers: number;
  readonly replicas: number;
  /** For how many members the hub has room; for those of `orgs` by default. */
  readonly members?: number | undefined;
}

/** The layout of a federation on one machine. */
export const ONE_MACHINE = { routers: 1, replicas: 1 } as const;

/** The kinds of accounts that have streams. */
export type AccountKind = 'organisation' | 'core' | 'command';

const MiB = 1024 * 1024;
const NANOS_PER_SECOND = 1_000_000_000;

/** The most that the ledger's stream holds, in bytes; what it drops is in the auditor's file (docs/adr/0025). */
export const LEDGER_BYTES = 2048 * MiB;

/** Every stream is bounded: without a bound the quarantine of one organisation could fill the disk and stop the ledger. */
const MAX_BYTES: Readonly<Record<string, number>> = {
  OUT: 64 * MiB,
  IN: 256 * MiB,
  LEDGER: LEDGER_BYTES,
  CHECKPOINT: 1 * MiB,
  COMMAND: 16 * MiB,
};
/** The size of the quarantine for each organisation; the stream is one pool for all, filled by rate-limited routers. */
const QUARANTINE_BYTES_EACH = 64 * MiB;
const QUARANTINED_EACH = 1_000;
/** Maximum bytes of one organisation's PARKED stream. */
const PARKED_BYTES = 128 * MiB;

/** Fail-over: how long until a message of a router that died is redelivered to another one. */
const ACK_WAIT_S = 5;
/** Longer for readers of the ledger, which write to disk in batches. */
const BATCH_ACK_WAIT_S = 30;

/** Returns the streams of an account of this kind, in order of creation. */
export function streamsOf(kind: AccountKind, size: Size): readonly StreamPlan[] {
  switch (kind) {
    case 'organisation':
      return [
        out(),
        // A newer directory or checkpoint replaces the older; any other message has its own subject. Messages given back
        // for later count as pending: with a low `max_ack_pending`, messages that wait for the next directory
        // could reach the limit, and a gateway with a stale directory would never receive the next one.
        // Instead the gateway bounds its prefetch (`ahead`).
        plan({ ...workQueue('IN', 'in.>'), max_msgs_per_subject: 1 }, [
          consumer(sources.in, { max_ack_pending: 100_000 }),
        ]),
      ].map((stream) => replicated(stream, size.replicas));
    case 'core':
      return [ledger(size), ...size.orgs.map(parked), quarantine(size), checkpoint()].map((stream) =>
        replicated(stream, size.replicas),
      );
    case 'command':
      return [
        plan(workQueue('COMMAND', 'command.*'), [consumer(sources.command, { max_ack_pending: 1 })]),
      ].map((stream) => replicated(stream, size.replicas));
  }
}

function plan(config: StreamPlan['config'], consumers: StreamPlan['consumers'] = []): StreamPlan {
  return { config, consumers };
}

function replicated({ config, ...more }: StreamPlan, replicas: number): StreamPlan {
  return { ...more, config: { ...config, num_replicas: replicas } };
}

/** Streams from which the router may delete single messages. */
const ERASABLE = /^(?:IN|PARKED_.+|QUARANTINE)$/;

/**
 * `discard: new` refuses messages when the stream is full; the default would silently drop acknowledged ones. `deny_purge`
 * is needed because a publisher could otherwise purge a stream by naming `$JS.API.STREAM.PURGE.…` as its reply subject.
 */
function bounded(name: string, ...subjects: string[]): StreamPlan['config'] {
  return {
    name,
    subjects,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_bytes: MAX_BYTES[name] ?? QUARANTINE_BYTES_EACH,
    deny_purge: true,
    deny_delete: !ERASABLE.test(name),
  };
}

function workQueue(name: string, ...subjects: string[]): StreamPlan['config'] {
  return { ...bounded(name, ...subjects), retention: RetentionPolicy.Workqueue };
}

function consumer(
  { consumer: name, subjects }: Source,
  more: Omit<ConsumerPlan, 'durable_name'>,
): ConsumerPlan {
  return {
    durable_name: name,
    ...(subjects === undefined ? {} : { filter_subjects: [...subjects] }),
    ack_policy: AckPolicy.Explicit,
    ack_wait: ACK_WAIT_S * NANOS_PER_SECOND,
    max_deliver: -1,
    max_waiting: 64,
    ...more,
  };
}

/** How many questions of one organisation are answered at the same time; one may wait for the auditor. */
export const QUERIES_AT_ONCE = 4;

function out(): StreamPlan {
  const stream = plan(workQueue('OUT', ...OUT_SUBJECTS), [
    // One frame of an organisation at a time keeps their order, whichever router pulls.
    consumer(sources.out, { max_ack_pending: 1, revision: 2 }),
    consumer(sources.queries, { max_ack_pending: QUERIES_AT_ONCE }),
  ]);
  return { ...stream, revision: 2 };
}

/**
 * Drops its oldest records when it is full. They are in the auditor's file by then: routers stop pulling while half of the
 * stream is not there yet (docs/adr/0025).
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
      consumer(sources.ledgerAuditor, batch),
      ...Array.from({ length: routers }, (_, index) => consumer(sources.ledgerRouter(index + 1), batch)),
    ],
  );
  return { ...stream, revision: 2 };
}

/** Hands out one copy at a time: the next one is decided after the previous one has left. */
function parked(org: OrgId): StreamPlan {
  const source = sources.parked(org);
  const config = { ...workQueue(source.stream, `parked.${org}.>`), max_bytes: PARKED_BYTES };
  return plan(config, [consumer(source, { max_ack_pending: 1 })]);
}

function quarantine({ orgs, members = orgs.length }: Size): StreamPlan {
  return plan({
    ...bounded('QUARANTINE', 'quarantine.*'),
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_msgs_per_subject: QUARANTINED_EACH,
    max_bytes: Math.max(members, 1) * QUARANTINE_BYTES_EACH,
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
