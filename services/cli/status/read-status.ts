import { isOrgId } from '../../shared/kernel/ids.js';
import type { Directory } from '../../shared/trust/directory.js';
import { memberState, sinceOf } from '../../shared/trust/directory/member-state.js';
import type { MemberState } from '../../shared/wire/shown-member.js';
import { probe } from '../http-client.js';
import { routerName, gatewayName } from '../home/process-names.js';
import {
  type GatewayRunFile,
  isAlive,
  isComposed,
  isOfHub,
  processOf,
  servingAddresses,
} from '../home/run-file.js';
import { parseAlarms } from '../../shared/runtime/parse-alarms.js';
import type { AlarmStatus } from './alarm-groups.js';
import { parseAdoption, type ShownAdoption } from '../../shared/wire/shown-adoption.js';
import { type Numbers, readNumbers } from './numbers.js';
import { type BrokerStatus, readBroker } from './read-broker.js';

/** The state of one process. */
export interface ProcessStatus {
  readonly process: string;
  readonly pid: number | null;
  readonly state: 'ready' | 'not-ready' | 'silent' | 'ended';
  /** Error codes that say why it is not ready. */
  readonly reasons: readonly string[];
  /** The version of the directory that it uses. */
  readonly directory: number | null;
  /** The newest contract that it speaks. */
  readonly contract: number | null;
  /** Seconds until its first key expires. */
  readonly keyEnds: number | null;
}

/** The queues of one organisation, from its gateway and the broker; null where they do not answer. Ages in seconds. */
export interface OrganisationStatus {
  readonly org: string;
  /** What the directory says of it now, and since when: null for a member in force. Both are null where the home has no directory. */
  readonly membership: MemberState | null;
  readonly since: string | null;
  /** Its own notices that wait for their report. */
  readonly outbox: number | null;
  readonly outboxOldest: number | null;
  /** Receipts that recipients have not sent yet. */
  readonly awaited: number | null;
  readonly awaitedOldest: number | null;
  /** Notices that it holds. */
  readonly inbox: number | null;
  /** Whether its gateway is connected to the broker. */
  readonly connected: boolean | null;
  /** Seconds since a quorum of witnesses was shown for every checkpoint of the log. */
  readonly unwitnessed: number | null;
  /** Frames parked at the hub until this organisation accepts them. */
  readonly parkedFor: number | null;
  /** Seconds since the broker last heard from its gateway. */
  readonly lastContact: number | null;
}

/** The state of the ledger. */
export interface LedgerStatus {
  readonly records: number | null;
  /** Records that the auditor has not stored yet. */
  readonly lag: number | null;
  /** Seconds since the router received a heartbeat of the auditor. */
  readonly heartbeatAge: number | null;
}

/** The output of `status --json`. */
export interface Status {
  /** The time of the reading. */
  readonly now: string;
  readonly federation: { readonly pid: number | null; readonly broker: string | null };
  readonly processes: readonly ProcessStatus[];
  readonly organisations: readonly OrganisationStatus[];
  readonly ledger: LedgerStatus;
  readonly directory: { readonly version: number | null; readonly staleIn: number | null };
  /** The policies in force at the router: digests by set. */
  readonly policies: {
    readonly faulty: boolean | null;
    readonly digests: Readonly<Record<string, string>> | null;
    /** The adopted bundle, and why the saved folder was refused; null when the router does not report it. */
    readonly adoption: ShownAdoption | null;
  };
  /** Lasting alarms in force, and events of the last day. */
  readonly alarms: readonly AlarmStatus[];
}

/**
 * Reads the state of every process and the broker in parallel. At a hub, the organisations are all members of the directory. Never
 * throws: values of a silent process are null, and so are those of the hub at a site.
 */
export async function readStatus(
  run: GatewayRunFile,
  now: Date,
  directory?: Pick<Directory, 'organisations'>,
): Promise<Status> {
  const hub = isOfHub(run) ? run : undefined;
  const addresses: Readonly<Record<string, string>> = {
    ...(hub === undefined ? {} : { auditor: hub.auditor }),
    ...servingAddresses(run),
  };
  const [numbers, answers, broker] = await Promise.all([
    together(Object.keys(addresses), (name) => readNumbers(run.metrics[name])),
    together(Object.keys(addresses), (name) => probe(`${addresses[name]}/readyz`)),
    hub === undefined ? undefined : readBroker(hub.monitor, now),
  ]);
  const seconds = now.getTime() / 1000;
  const first = firstAnswering(numbers);
  const router = numbers.get(first) ?? new Map<string, number>();
  const auditor = numbers.get('auditor') ?? new Map<string, number>();
  const names = [...(hub === undefined ? [] : ['nats']), ...Object.keys(addresses)];
  const processes = names.map((process) => {
    const answer = answers.get(process);
    return processIn(run, { process, answer, broker, metrics: numbers.get(process), seconds });
  });
  return {
    now: now.toISOString(),
    federation: { pid: run.pid ?? null, broker: broker?.version ?? null },
    processes,
    organisations: organisationsOf(run, directory).map((org) => ({
      ...membershipOf(directory, org, now),
      ...waitingIn(numbers.get(gatewayName(org))),
      ...atBroker(broker, org),
    })),
    ...hubIn({ router, auditor }, seconds),
    policies: policiesIn(router, hub && answers.get(first)?.body),
    alarms: [...answers].flatMap(([process, answer]) =>
      parseAlarms(answer?.body).map((alarm) => ({ process, ...alarm })),
    ),
  };
}

interface ProcessInParams extends Omit<StateOfParams, 'isOver'> {
  readonly metrics: Numbers | undefined;
  /** The time of the reading, in seconds since 1970. */
  readonly seconds: number;
}

function processIn(
  run: GatewayRunFile,
  { process, answer, broker, metrics, seconds }: ProcessInParams,
): ProcessStatus {
  const pid = run.processes[processOf(run, process)] ?? null;
  const isOver = !isComposed(run) && (pid === null || !isAlive(pid));
  return { process, pid, ...stateOf({ process, isOver, answer, broker }), ...datesIn(metrics, seconds) };
}

/** Returns the organisations whose gateways run here; at a hub alone, where none does, the members. */
function organisationsOf(
  { gateways }: GatewayRunFile,
  directory: Pick<Directory, 'organisations'> | undefined,
): readonly string[] {
  const here = Object.keys(gateways);
  return here.length > 0 ? here : [...(directory?.organisations.keys() ?? [])];
}

function membershipOf(
  directory: Pick<Directory, 'organisations'> | undefined,
  org: string,
  now: Date,
): Pick<OrganisationStatus, 'org' | 'membership' | 'since'> {
  const member = isOrgId(org) ? directory?.organisations.get(org) : undefined;
  if (member === undefined) return { org, membership: null, since: null };
  const membership = memberState(member, now);
  return { org, membership, since: sinceOf(member, membership)?.toISOString() ?? null };
}

function atBroker(
  broker: BrokerStatus | undefined,
  org: string,
): Pick<OrganisationStatus, 'parkedFor' | 'lastContact'> {
  return { parkedFor: broker?.parked(org) ?? null, lastContact: broker?.contacts.get(org) ?? null };
}

/** Returns the name of the first router that answers, as each knows the state of the hub; at a site that of the gateway. */
function firstAnswering(numbers: ReadonlyMap<string, Numbers>): string {
  const routers = [...numbers].filter(([name]) => /^router(?:-\d+)?$/.test(name));
  const asked = routers.length === 0 ? [...numbers] : routers;
  return asked.find(([, metrics]) => metrics.size > 0)?.[0] ?? routerName(1);
}

function hubIn(
  { router, auditor }: Readonly<Record<'router' | 'auditor', Numbers>>,
  now: number,
): Pick<Status, 'ledger' | 'directory'> {
  const stale = ageOf(router, 'liaison_directory_next_update_timestamp_seconds', now);
  return {
    ledger: {
      records: auditor.get('liaison_auditor_records') ?? null,
      lag: auditor.get('liaison_auditor_lag_records') ?? null,
      heartbeatAge: ageOf(router, 'liaison_router_heartbeat_timestamp_seconds', now),
    },
    directory: {
      version: router.get('liaison_directory_version') ?? null,
      staleIn: stale === null ? null : -stale,
    },
  };
}

async function together<T>(
  names: readonly string[],
  ask: (name: string) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  return new Map(await Promise.all(names.map(async (name) => [name, await ask(name)] as const)));
}

interface StateOfParams {
  readonly process: string;
  /** True when the process ended; always false in a composed federation, whose process ids are unknown. */
  readonly isOver: boolean;
  readonly answer: { readonly ok: boolean; readonly body: unknown } | undefined;
  readonly broker: BrokerStatus | undefined;
}

function stateOf({
  process,
  isOver,
  answer,
  broker,
}: StateOfParams): Pick<ProcessStatus, 'state' | 'reasons'> {
  if (isOver) return { state: 'ended', reasons: [] };
  if (process === 'nats') return { state: broker === undefined ? 'silent' : 'ready', reasons: [] };
  if (answer === undefined) return { state: 'silent', reasons: [] };
  const { reasons } = Object(answer.body) as { readonly reasons?: unknown };
  return {
    state: answer.ok ? 'ready' : 'not-ready',
    reasons: Array.isArray(reasons) ? reasons.map(String) : [],
  };
}

function datesIn(
  numbers: Numbers | undefined,
  now: number,
): Pick<ProcessStatus, 'contract' | 'directory' | 'keyEnds'> {
  const all = [...(numbers ?? [])];
  const ends = all.flatMap(([name, at]) => (name.startsWith('liaison_key_expiry_') ? [at - now] : []));
  return {
    contract: numbers?.get('liaison_contract') ?? null,
    directory: numbers?.get('liaison_directory_version') ?? null,
    keyEnds: ends.length === 0 ? null : Math.min(...ends),
  };
}

type Waiting = Omit<OrganisationStatus, 'org' | 'membership' | 'since' | 'parkedFor' | 'lastContact'>;

function waitingIn(numbers: Numbers | undefined): Waiting {
  const of = (name: string): number | null => numbers?.get(`liaison_gateway_${name}`) ?? null;
  const connected = numbers?.get('liaison_nats_connected');
  return {
    outbox: of('outbox_notices'),
    outboxOldest: of('outbox_oldest_seconds'),
    awaited: of('awaited_receipts'),
    awaitedOldest: of('awaited_oldest_seconds'),
    inbox: of('inbox_notices'),
    connected: connected === undefined ? null : connected === 1,
    unwitnessed: of('unwitnessed_seconds'),
  };
}

function ageOf(numbers: Numbers, name: string, now: number): number | null {
  const at = numbers.get(name);
  return at === undefined ? null : now - at;
}

function policiesIn(router: Numbers, body: unknown): Status['policies'] {
  const faulty = router.get('liaison_router_policies_faulty');
  if (body === undefined) return { faulty: null, digests: null, adoption: null };
  const { policies } = Object(body) as { readonly policies?: unknown };
  const digests = Object.entries(Object(policies) as object).map(([set, text]) => [set, String(text)]);
  return {
    faulty: faulty === undefined ? null : faulty === 1,
    digests: Object.fromEntries(digests),
    adoption: parseAdoption(body) ?? null,
  };
}
