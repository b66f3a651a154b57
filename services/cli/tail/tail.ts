import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { pause } from '../../shared/kernel/pause.js';
import { KINDS } from '../../shared/notice/kinds.js';
import type { Home } from '../../shared/runtime/home.js';
import { openSimulatedList } from '../../shared/runtime/simulated-list.js';
import type { StatusEvent } from './status-events.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { EVENTS, OUTCOMES } from '../../shared/wire/status-words.js';
import { requireMembers } from '../home/require-members.js';
import { isSite } from '../home/require-kind.js';
import {
  brokerConnection,
  findGateway,
  type GatewayRunFile,
  requireGateways,
  type RunFile,
} from '../home/run-file.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { parseDuration, parseList, parseNumber, parseSince, parseWords } from '../terminal/parse-options.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb, Call } from '../verb.js';
import { eventLine, gapLine } from './event-line.js';
import { openBrokerSource } from './broker-source.js';
import { openConsoleSource } from './console-source.js';
import { listenToKeys } from './listen-to-keys.js';
import type { StatusSource, StatusHandlers } from './status-source.js';
import { createPager, type Pager } from './pager.js';
import { type Filters, namedMembers, subjectPatterns, type TailRequest } from './tail-request.js';

interface TailOptions extends Filters {
  readonly org?: string;
  readonly since?: Date;
  readonly untilEnd?: boolean;
  readonly for?: number;
  readonly count?: number;
}

export const verb: Verb<TailOptions> = {
  configure: (command) =>
    command
      .argument('[subject]', 'NATS subject with wildcards (default: `status.>`)')
      .option(
        '--org <organisation>',
        'use the keys of this organisation, which see only events about its own notices; at a site always so',
      )
      .option(
        '--since <time>',
        'start with events that the console kept: since `15m` ago, or a time; at most a day',
        parseSince,
      )
      .option('--until-end', 'end after the last kept event')
      .option('--from <organisations>', 'only events of these originators', parseList)
      .option('--to <organisations>', 'only events for these recipients', parseList)
      .option('--kind <kinds>', 'only these kinds: red, yellow, …', parseWords(KINDS))
      .option(
        '--event <events>',
        'only these events: submitted, delivered, redacted, denied, …',
        parseWords(EVENTS),
      )
      .option(
        '--outcome <outcomes>',
        'only these outcomes: delivered, redacted, denied, held, …',
        parseWords(OUTCOMES),
      )
      .option('--for <time>', 'end after this time', parseDuration)
      .option('--count <n>', 'end after this number of events', parseNumber(1, 1_000_000_000)),
  streams: true,
  examples: [
    ['tail', 'every event as it happens; space pauses, q ends'],
    ['tail --event denied,refused --from europol', 'denied and refused notices of one organisation'],
    ["tail 'status.delivered.*.afripol.red'", 'selects events by subject, as any NATS client does'],
    ["tail 'status.delivered.*.*.red' --since 5m --until-end --json | head", 'past events, as NDJSON'],
    [
      'tail --since 1h --org europol',
      'the last hour, then new events, limited to what that organisation may see',
    ],
    ['tail --json --count 100 | jq -r .recipient | sort | uniq -c', 'NDJSON for pipes'],
  ],
  run: runTail,
};

const ALL_EVENTS = 'status.>';
const MAX_DELAY_MS = 2 ** 31 - 1;

async function runTail(call: Call<TailOptions>): Promise<ExitCode> {
  const { options, output, stopping } = call;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  stopping.addEventListener('abort', end);
  const pager = createPager(output);
  const source = await openSource(call, createHandlers(pager, call, end));
  const restoreTerminal = output.terminal ? listenToKeys({ toggle: pager.toggle, end }) : () => {};
  if (output.terminal) output.note(output.notePaint.dim('listening: space pauses, q ends'));
  const timeout = pause(options.for ?? MAX_DELAY_MS, ending.signal);
  try {
    await Promise.race([timeout, source.ended]);
  } finally {
    restoreTerminal();
    pager.end();
    await source.stop();
  }
  return EXIT.yes;
}

/** Opens the console as the source with `--since`, as it keeps past events; else the broker. */
async function openSource(
  { args, options, home, env }: Call<TailOptions>,
  handlers: StatusHandlers,
): Promise<StatusSource> {
  const { since, untilEnd = false } = options;
  if (untilEnd && since === undefined) throw fail('usage', '`--until-end` requires `--since`');
  const org = viewerOf(home, options.org);
  const [subject = ALL_EVENTS] = args;
  const request: TailRequest = {
    subject,
    filters: filtersOf(options),
    ...(org === undefined ? {} : { org }),
  };
  // Checks the subject also for the console, which would silently leave out what the organisation may not see.
  subjectPatterns(request);
  await requireMembers(home, namedMembers(request));
  if (since !== undefined) {
    const path = org === undefined ? home.hub('console', 'viewer.token') : home.org(org, 'console.token');
    const access = { url: consoleOf(requireGateways(home)), token: tokenIn(path) };
    return openConsoleSource({ ...access, request, since, untilEnd }, handlers);
  }
  const seedFile = org === undefined ? home.tailSeed : home.org(org, 'tail.nk');
  const keys = org === undefined ? home.hub('operator') : dirname(seedFile);
  return openBrokerSource({ ...brokerFor(env, home, keys), seedFile, request }, handlers);
}

/** Returns the organisation whose events alone are shown; at a site its own one, undefined for all events. */
function viewerOf(home: Home, name: string | undefined): OrgId | undefined {
  if (name === undefined && !isSite(home)) return undefined;
  const run = requireGateways(home);
  const [own = ''] = Object.keys(run.gateways);
  return findGateway(run, name ?? own).org;
}

/** Returns the broker of `LIAISON_NATS_URL`, for a remote tail; else the home's own, with the certificate beside the keys. */
function brokerFor(env: NodeJS.ProcessEnv, home: Home, keys: string) {
  const servers = env['LIAISON_NATS_URL'];
  return servers === undefined
    ? { ...brokerConnection(requireGateways(home), keys), isOwn: true }
    : { servers, tls: env['LIAISON_NATS_TLS'], isOwn: false };
}

function filtersOf({ from, to, kind, event, outcome }: TailOptions): Filters {
  const given = Object.entries({ from, to, kind, event, outcome }).filter(([, words]) => words !== undefined);
  return Object.fromEntries(given) as Filters;
}

function consoleOf({ console: url }: GatewayRunFile & Pick<RunFile, 'console'>): string {
  if (url !== undefined) return url;
  throw fail(
    'unreachable',
    'no console runs here, and only the console of a hub keeps past events: leave out `--since`',
  );
}

function tokenIn(path: string): string {
  if (existsSync(path)) return readSecret(path);
  throw fail(
    'config-invalid',
    `\`${path}\` is missing: \`${suggestedCommand('up')}\` creates it at its start`,
  );
}

/** Creates handlers that write a line for each event, for a person or as NDJSON. */
function createHandlers(
  pager: Pager,
  { options, output, home, stopping }: Call<TailOptions>,
  end: () => void,
): StatusHandlers {
  const { terminal, paint } = output;
  const simulated = openSimulatedList(home.simulated);
  const lineOf = (event: StatusEvent): string =>
    eventLine(event, { paint, width: output.width, isSimulated: simulated.has(event.frame) });
  let shown = 0;
  return {
    onEvent: (event) => {
      if (options.count !== undefined && shown >= options.count) return;
      shown += 1;
      pager.write(terminal ? lineOf(event) : JSON.stringify(event));
      if (shown === options.count) end();
    },
    onGap: (gap) => {
      const { missed = null, ...rest } = gap;
      pager.write(terminal ? gapLine(gap, paint) : JSON.stringify({ gap: missed, ...rest }));
    },
    // An error after the call was stopped is expected and not reported.
    onTrouble: (words) => {
      if (!stopping.aborted) output.note(words);
    },
  };
}
