import type { OrgId } from '../kernel/ids.js';
import { type AccountLimits, budgetOf } from './account-limits.js';
import {
  ONE_MACHINE,
  OUT_SUBJECTS,
  parkedStream,
  RETIRED_STREAMS,
  type Size,
  type Source,
  sources,
} from './streams.js';

/** What a client connects as. Its permissions differ by account; its inbox prefix is the same in each. */
export type Role = 'provision' | 'gateway' | 'router' | 'auditor' | 'console' | 'operator' | 'tail';

/** The users whose nkeys a member makes, and asks the hub to replace. */
export const MEMBER_USERS = ['gateway', 'tail'] as const satisfies readonly Role[];
export type MemberUser = (typeof MEMBER_USERS)[number];

/** One nkey in one account with its allowed subjects; an empty `publish` becomes `deny: ">"`. */
export interface User {
  readonly role: Role;
  /**
   * For a router its number, because each has its own LEDGER consumer; for a tail the organisation it may
   * see.
   */
  readonly of?: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** A NATS account: its JetStream limits and its users. */
export interface Account {
  readonly name: string;
  /** Without it the account has no JetStream, so that no reply subject can write to a stream. */
  readonly jetstream?: AccountLimits;
  readonly users: readonly User[];
}

/** The hub's accounts, in upper case: ids of organisations are lower case, so no organisation can have such a name. */
export const HUB_ACCOUNTS = { core: 'CORE', watch: 'WATCH', command: 'COMMAND', system: 'SYS' } as const;

const INBOX: Readonly<Record<Role, string>> = {
  provision: '_INBOX_prov',
  gateway: '_INBOX_gw',
  router: '_INBOX_router',
  auditor: '_INBOX_auditor',
  console: '_INBOX_console',
  operator: '_INBOX_operator',
  tail: '_INBOX_tail',
};

/** Returns a role's own inbox prefix instead of the shared `_INBOX`, so that no role can listen to another's replies. */
export function inboxPrefixOf(role: Role): string {
  return INBOX[role];
}

/** The status events that a recipient may see: none that names other recipients or tells what was withheld. */
export const RECIPIENT_EVENTS: readonly string[] = [
  'received',
  'rejected',
  'recalled',
  'destroyed',
  'kept',
  'expired',
];

/** Returns the permission table of the broker: an account for each organisation, and the four of the hub. */
export function accountsOf(
  orgs: readonly OrgId[],
  layout: Omit<Size, 'orgs'> = ONE_MACHINE,
): readonly Account[] {
  const size = { ...layout, orgs };
  return [
    ...orgs.map((org) => organisation(org, size)),
    core(size),
    watch(size),
    command(size),
    { name: HUB_ACCOUNTS.system, users: [] },
  ];
}

type Lists = Omit<User, 'role'>;

function user(role: Role, lists: Lists): User {
  return { role, ...lists, subscribe: [...lists.subscribe, `${inboxPrefixOf(role)}.>`] };
}

const infoOf = ({ stream, consumer }: Source): string => `$JS.API.CONSUMER.INFO.${stream}.${consumer}`;

const reads = (source: Source): readonly string[] => [
  infoOf(source),
  `$JS.API.CONSUMER.MSG.NEXT.${source.stream}.${source.consumer}`,
  `$JS.ACK.${source.stream}.${source.consumer}.>`,
];

/**
 * Returns the subjects that create a consumer, or replace one that a killed broker left beyond the end of its work queue.
 */
const makes = ({ stream, consumer, subjects }: Source): readonly string[] =>
  // The NATS client creates a consumer with several filter subjects through another API subject.
  [subjects === undefined ? 'CREATE' : 'DURABLE.CREATE', 'DELETE'].map(
    (what) => `$JS.API.CONSUMER.${what}.${stream}.${consumer}`,
  );

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

function organisation(org: OrgId, size: Size): Account {
  return {
    name: org,
    jetstream: budgetOf('organisation', { ...size, orgs: [org] }),
    users: [
      user('provision', {
        publish: [
          '$JS.API.STREAM.CREATE.OUT',
          '$JS.API.STREAM.CREATE.IN',
          ...['INFO', 'UPDATE'].map((what) => `$JS.API.STREAM.${what}.OUT`),
          ...[sources.out, sources.queries].flatMap((source) => [...makes(source), infoOf(source)]),
          ...makes(sources.in),
        ],
        subscribe: [],
      }),
      user('gateway', { publish: [...OUT_SUBJECTS, ...reads(sources.in)], subscribe: [] }),
      ...numbers(size.routers).map((n) =>
        user('router', {
          of: String(n),
          publish: [
            'in.>',
            ...reads(sources.out),
            ...reads(sources.queries),
            // Reads the epoch of IN: when it changes, copies that count as delivered are lost.
            infoOf(sources.in),
            '$JS.API.STREAM.MSG.DELETE.IN',
          ],
          subscribe: [],
        }),
      ),
    ],
  };
}

function core(size: Size): Account {
  const { orgs, routers } = size;
  return {
    name: HUB_ACCOUNTS.core,
    jetstream: budgetOf('core', size),
    users: [
      user('provision', {
        publish: [
          ...['LEDGER', 'QUARANTINE', 'CHECKPOINT', ...orgs.map(parkedStream)].map(
            (name) => `$JS.API.STREAM.CREATE.${name}`,
          ),
          // The parked stream of a member that leaves is deleted.
          ...[...RETIRED_STREAMS, ...orgs.map(parkedStream)].map((name) => `$JS.API.STREAM.DELETE.${name}`),
          ...['INFO', 'UPDATE'].map((what) => `$JS.API.STREAM.${what}.LEDGER`),
          '$JS.API.CONSUMER.CREATE.LEDGER.auditor',
          ...numbers(routers).map((n) => `$JS.API.CONSUMER.CREATE.LEDGER.router-${n}`),
          ...orgs.flatMap((org) => makes(sources.parked(org))),
        ],
        subscribe: [],
      }),
      ...numbers(routers).map((n) => coreRouter(n, orgs)),
      user('auditor', {
        publish: [
          'checkpoint',
          ...reads(sources.ledgerAuditor),
          '$JS.API.DIRECT.GET.LEDGER',
          '$JS.API.DIRECT.GET.CHECKPOINT.checkpoint',
        ],
        subscribe: [],
      }),
    ],
  };
}

function coreRouter(n: number, orgs: readonly OrgId[]): User {
  return user('router', {
    of: String(n),
    publish: [
      'ledger.*',
      'quarantine.*',
      ...orgs.flatMap((org) => [
        `parked.${org}.*.*`,
        ...reads(sources.parked(org)),
        `$JS.API.STREAM.MSG.DELETE.${parkedStream(org)}`,
      ]),
      ...reads(sources.ledgerRouter(n)),
      // Reads by sequence, and the newest record of an organisation.
      '$JS.API.DIRECT.GET.LEDGER',
      '$JS.API.DIRECT.GET.LEDGER.ledger.*',
      '$JS.API.DIRECT.GET.CHECKPOINT.checkpoint',
      '$JS.API.DIRECT.GET.QUARANTINE',
      '$JS.API.STREAM.MSG.DELETE.QUARANTINE',
    ],
    subscribe: [],
  });
}

function watch({ orgs, routers }: Size): Account {
  const tail = (of: string | undefined, subscribe: readonly string[]): User => ({
    role: 'tail',
    ...(of === undefined ? {} : { of }),
    publish: [],
    subscribe,
  });
  return {
    name: HUB_ACCOUNTS.watch,
    users: [
      ...numbers(routers).map((n) => user('router', { of: String(n), publish: ['status.>'], subscribe: [] })),
      user('console', { publish: [], subscribe: ['status.>'] }),
      tail(undefined, ['status.>']),
      ...orgs.map((org) =>
        tail(org, [`status.*.${org}.>`, ...RECIPIENT_EVENTS.map((event) => `status.${event}.*.${org}.>`)]),
      ),
    ],
  };
}

function command(size: Size): Account {
  return {
    name: HUB_ACCOUNTS.command,
    jetstream: budgetOf('command', size),
    users: [
      user('provision', {
        publish: ['$JS.API.STREAM.CREATE.COMMAND', ...makes(sources.command)],
        subscribe: [],
      }),
      ...numbers(size.routers).map((n) =>
        user('router', { of: String(n), publish: reads(sources.command), subscribe: [] }),
      ),
      user('operator', { publish: ['command.*'], subscribe: [] }),
      user('console', { publish: ['command.*'], subscribe: [] }),
    ],
  };
}
