import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { requireMembers } from '../home/require-members.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Home } from '../../shared/runtime/home.js';
import { brokerConnection, findGateway, requireRunning, type RunFile } from '../home/run-file.js';
import type { Call } from '../verb.js';
import { eventLine, gapLine } from './event-line.js';
import { hearBroker } from './hear-broker.js';
import { readConsole } from './http-console.js';
import { listenToKeys } from './keys.js';
import type { Listening, Told } from './listening.js';
import { createPager, type Pager } from './pager.js';
import { type Filters, membersIn, patternsOf, type TailRequest } from './question.js';

export interface TailOptions extends Filters {
  readonly org?: string;
  readonly since?: Date;
  readonly untilEnd?: boolean;
  readonly for?: number;
  readonly count?: number;
}

const EVERYTHING = 'status.>';
const FOR_EVER = 2 ** 31 - 1;

export async function runTail(call: Call<TailOptions>): Promise<ExitCode> {
  const { options, output, stopping } = call;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  stopping.addEventListener('abort', end);
  const pager = createPager(output);
  const listening = await listen(call, tellTo(pager, call, end));
  const deaf = output.terminal ? listenToKeys({ toggle: pager.toggle, end }) : () => {};
  if (output.terminal) output.note(output.notePaint.dim('listening: space pauses, q ends'));
  const over = pause(options.for ?? FOR_EVER, ending.signal);
  try {
    await Promise.race([over, listening.ended]);
  } finally {
    deaf();
    pager.end();
    await listening.stop();
  }
  return EXIT.yes;
}

/** The broker tells what happens; what has happened the console has kept, and tells both. */
async function listen({ args, options, home, env }: Call<TailOptions>, told: Told): Promise<Listening> {
  const { since, untilEnd = false, org: name } = options;
  if (untilEnd && since === undefined)
    throw fail('usage', '`--until-end` goes with `--since`: what is to come has no end');
  const org = name === undefined ? undefined : findGateway(requireRunning(home), name).org;
  const [subject = EVERYTHING] = args;
  const question: TailRequest = {
    subject,
    filters: filtersOf(options),
    ...(org === undefined ? {} : { org }),
  };
  // Also of the console: it would leave out in silence what nobody may hear.
  patternsOf(question);
  await requireMembers(home, membersIn(question));
  if (since !== undefined) {
    const path = org === undefined ? home.hub('console', 'viewer.token') : home.org(org, 'console.token');
    const access = { url: consoleOf(requireRunning(home)), token: tokenIn(path) };
    return readConsole({ ...access, question, since, untilEnd }, told);
  }
  const seedFile = org === undefined ? home.tailSeed : home.org(org, 'tail.nk');
  const keys = org === undefined ? home.hub('operator') : dirname(seedFile);
  return hearBroker({ ...whereToListen(env, home, keys), seedFile, question }, told);
}

/** By the settings, where a tail stands alone; else as the home says, with the certificate beside these keys. */
function whereToListen(env: NodeJS.ProcessEnv, home: Home, keys: string) {
  const servers = env['LIAISON_NATS_URL'];
  return servers === undefined
    ? brokerConnection(requireRunning(home), keys)
    : { servers, tls: env['LIAISON_NATS_TLS'] };
}

function filtersOf({ from, to, kind, event, outcome }: TailOptions): Filters {
  const given = Object.entries({ from, to, kind, event, outcome }).filter(([, words]) => words !== undefined);
  return Object.fromEntries(given) as Filters;
}

function consoleOf({ console: url }: RunFile): string {
  if (url !== undefined) return url;
  throw fail('unreachable', 'no console runs here, which alone keeps what has happened: leave out `--since`');
}

function tokenIn(path: string): string {
  if (existsSync(path)) return readSecret(path);
  throw fail(
    'config-invalid',
    `\`${path}\` is not there: \`${suggestedCommand('up')}\` makes it when it starts`,
  );
}

/** Writes a line for each, for a person or as NDJSON. */
function tellTo(pager: Pager, { options, output }: Call<TailOptions>, end: () => void): Told {
  const { terminal, paint, width } = output;
  let shown = 0;
  return {
    onEvent: (event) => {
      if (options.count !== undefined && shown >= options.count) return;
      shown += 1;
      pager.write(terminal ? eventLine(event, paint, width) : JSON.stringify(event));
      if (shown === options.count) end();
    },
    onGap: (gap) => {
      const { missed = null, ...rest } = gap;
      pager.write(terminal ? gapLine(gap, paint) : JSON.stringify({ gap: missed, ...rest }));
    },
    onTrouble: output.note,
  };
}
