import { join } from 'node:path';
import { type Detail, fail } from '../kernel/errors.js';
import { nearest } from '../kernel/nearest.js';
import {
  decimal,
  type Fields,
  hosted,
  hostNames,
  httpAddress,
  oneOf,
  organisation,
  PORT_RANGE,
  readFields,
  text,
  type Values,
  variableOf,
  whole,
} from './config.js';
import { shippedPolicies } from './root.js';

/** Every setting of every process, read from `LIAISON_*`; a name means the same in each process (docs/settings.md). */
export const SETTINGS = {
  home: text('a folder'),
  natsUrl: text('addresses of the broker, with commas between them'),
  natsTls: text('a folder with `ca.pem`, `cert.pem` and `key.pem`', ''),
  logLevel: oneOf('info', 'debug', 'warn', 'error', 'silent'),
  host: text('an address of this machine', '127.0.0.1'),
  port: whole(0, PORT_RANGE),
  hostNames,
  metricsHost: text('an address of this machine', '127.0.0.1'),
  metricsPort: whole(0, PORT_RANGE),
  traceFile: text('a file', ''),
  otlpEndpoint: httpAddress('the address of a collector such as `http://127.0.0.1:4318/v1/traces`', ''),
  policies: text('a folder of policies', shippedPolicies),
  policySource: oneOf('folder', 'releases'),
  auditorUrl: httpAddress('the address of the auditor such as `http://127.0.0.1:8080`'),
  router: whole(1, [1, 99]),
  staleSeconds: whole(60, [1, 86_400], 'seconds'),
  ledgerLag: whole(20_000, [1, 10_000_000], 'records'),
  heartbeatSeconds: whole(10, [1, 60], 'seconds'),
  heartbeatRecords: whole(500, [1, 1_000_000], 'records'),
  afterLoss: oneOf('0', '1'),
  routerUrls: httpAddress('the addresses of the routers, with commas between them', '', true),
  keptHours: whole(24, [1, 168], 'hours'),
  keptEvents: whole(2_000_000, [1_000, 100_000_000], 'events'),
  org: organisation,
  hosted,
  outboxLimit: whole(10_000, [1, 1_000_000], 'notices'),
  resendSeconds: whole(2, [1, 3_600], 'seconds'),
  previewSeconds: whole(5, [1, 60], 'seconds'),
  maxEndsPerHour: whole(100, [0, 1_000_000], 'ends and bars'),
  restrictByPolicy: oneOf('0', '1'),
  extendAheadSeconds: whole(86_400, [0, 31_536_000], 'seconds'),
  reviewHours: whole(72, [1, 8_760], 'hours'),
  sweepSeconds: whole(10, [1, 3_600], 'seconds'),
  mirrorOf: httpAddress('the address of the auditor such as `https://auditor.example`'),
  witnessPolicy: text('a witness policy file', ''),
  deadlines: text('a file of deadlines', join(shippedPolicies, 'federation/deadlines.yaml')),
  deadlineSeconds: whole(0, [0, 31_536_000], 'seconds'),
  rate: decimal(20, 100_000, 'notices a second'),
  rogue: decimal(5, 100, 'per cent'),
  seed: text('any words', ''),
  forSeconds: decimal(0, 10_000_000, 'seconds'),
  count: whole(0, [0, 1_000_000_000], 'notices'),
  settleSeconds: decimal(30, 3_600, 'seconds'),
  homeLimit: whole(0, [0, 10_000_000], 'MiB'),
} satisfies Fields;

/** The camel-case name of a setting. */
export type SettingName = keyof typeof SETTINGS;

const EVERYWHERE = ['home', 'natsUrl', 'natsTls', 'logLevel'] as const;
const LISTENING = ['host', 'port', 'hostNames', 'metricsHost', 'metricsPort'] as const;
const TRACED = ['traceFile', 'otlpEndpoint'] as const;

const GATEWAY = [
  ...EVERYWHERE,
  ...LISTENING,
  ...TRACED,
  'outboxLimit',
  'resendSeconds',
  'previewSeconds',
  'maxEndsPerHour',
  'restrictByPolicy',
  'witnessPolicy',
  'extendAheadSeconds',
  'reviewHours',
  'sweepSeconds',
  'deadlines',
  'deadlineSeconds',
] as const;

/** The settings that each process reads. */
export const READ_BY = {
  gateway: [...GATEWAY, 'org'],
  host: [...GATEWAY, 'hosted'],
  router: [
    ...EVERYWHERE,
    ...LISTENING,
    ...TRACED,
    'policies',
    'policySource',
    'auditorUrl',
    'router',
    'staleSeconds',
    'ledgerLag',
    'deadlines',
    'deadlineSeconds',
    'witnessPolicy',
  ],
  auditor: [
    ...EVERYWHERE,
    ...LISTENING,
    'heartbeatSeconds',
    'heartbeatRecords',
    'afterLoss',
    'witnessPolicy',
  ],
  mirror: ['home', 'logLevel', ...LISTENING, 'mirrorOf', 'witnessPolicy'],
  console: [
    ...EVERYWHERE,
    ...LISTENING,
    'policies',
    'policySource',
    'auditorUrl',
    'routerUrls',
    'keptHours',
    'keptEvents',
    'deadlines',
    'deadlineSeconds',
  ],
  simulator: [...EVERYWHERE, 'rate', 'rogue', 'seed', 'forSeconds', 'count', 'settleSeconds', 'homeLimit'],
} as const satisfies Readonly<Record<string, readonly SettingName[]>>;

/** Variables that the command line, the broker, compose files or the tests read, instead of a process. */
export const READ_ELSEWHERE: readonly string[] = [
  'LIAISON_NATS_SERVER',
  'LIAISON_CHROMIUM',
  'LIAISON_JS_KEY',
  'LIAISON_IMAGE',
  'LIAISON_CPUS',
  'LIAISON_FILES',
  'LIAISON_CONSOLE_PORT',
  'LIAISON_PROMETHEUS_PORT',
  'LIAISON_GRAFANA_PORT',
  'LIAISON_TEST_BROKER',
];
/** The port of an organisation's gateway in docker-compose.yml. */
const GATEWAY_PORT = /^LIAISON_[A-Z0-9_]+_PORT$/;

type Of<N extends SettingName> = Pick<Values<typeof SETTINGS>, N>;

/**
 * Reads the settings of a process. Throws one `config-invalid` with every problem: the variable, what it holds and what is
 * expected; for an unknown variable the most similar known one.
 */
export function readSettings<P extends keyof typeof READ_BY>(
  process: P,
  env: NodeJS.ProcessEnv,
): Of<(typeof READ_BY)[P][number]> {
  const { values, problems } = readNamed(READ_BY[process], env);
  const all = [...problems, ...unknownSettings(env)];
  if (all.length === 0) return values as Of<(typeof READ_BY)[P][number]>;
  const words = all.map(({ path, message }) => `\`${path}\`: ${message}`);
  throw fail('config-invalid', `configuration: ${words.join('; ')}`, all);
}

/** Reads the named settings: the values of those that are valid, and the problems of the others. */
export function readNamed<N extends SettingName>(
  names: readonly N[],
  env: NodeJS.ProcessEnv,
): { readonly values: Partial<Of<N>>; readonly problems: readonly Detail[] } {
  const fields = Object.fromEntries(names.map((name) => [name, SETTINGS[name]]));
  const { values, problems } = readFields(fields, env);
  return { values: values as Partial<Of<N>>, problems };
}

/** True when the environment sets it, with a valid value or not. */
export function isGiven(name: SettingName, env: NodeJS.ProcessEnv): boolean {
  return [variableOf(name), `${variableOf(name)}_FILE`].some((variable) => env[variable] !== undefined);
}

const OWN = Object.keys(SETTINGS).map(variableOf);
const KNOWN = [...OWN, ...READ_ELSEWHERE, ...OWN.map((name) => `${name}_FILE`)];

/** Returns a problem for each unknown `LIAISON_*`, with a suggestion; never shows its value, which may be a secret. */
export function unknownSettings(env: NodeJS.ProcessEnv): readonly Detail[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('LIAISON_') && !KNOWN.includes(name))
    .map((name) => ({ path: name, meant: nearestName(name) }))
    .filter(({ path, meant }) => meant !== undefined || !GATEWAY_PORT.test(path))
    .map(({ path, meant }) => ({
      path,
      message: `is not a setting${meant === undefined ? ': docs/settings.md lists them' : `, did you mean \`${meant}\``}`,
    }));
}

/** Compares names without their prefix. `*_PORT` may be meant for a gateway: only own settings are suggested. */
function nearestName(name: string): string | undefined {
  const candidates = GATEWAY_PORT.test(name) ? OWN : KNOWN;
  const meant = nearest(bare(name), candidates.map(bare));
  return meant === undefined ? undefined : `LIAISON_${meant}`;
}

function bare(name: string): string {
  return name.slice('LIAISON_'.length);
}
