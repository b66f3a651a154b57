import type { Output, Paint } from '../terminal/output.js';
import type { Home } from '../../shared/runtime/home.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { formatBytes } from '../terminal/format-bytes.js';
import { signInLink } from '../http-client.js';
import { brokerConnection, type GatewayRunFile } from '../home/run-file.js';
import { watchEvents } from '../tail/status-events.js';
import type { Federation } from './federation.js';
import { createMemberWatch } from './member-watch.js';
import { createLiveView, federationTable } from './live-view.js';
import type { ProcessEvent } from './supervise.js';
import { createEventTally, type EventTally } from './tally.js';
import type { SimulationSummary } from '../../shared/runtime/simulation-summary.js';
import { BROKEN_LAWS, lawsHold, type TrafficEnd } from './traffic.js';

/** The output of `up` and `simulate`: a live table and notes on a terminal, NDJSON events elsewhere. */
export interface Screen {
  /** Shows a note. */
  readonly say: (words: string) => void;
  readonly processEvent: (event: ProcessEvent) => void;
  readonly trafficEvent: (event: Readonly<Record<string, unknown>>) => void;
  /** Shows the addresses of a federation, then its table, until `end`. */
  readonly follow: (federation: Federation) => Promise<void>;
  /** Shows the address of the gateway of a site that runs. */
  readonly running: (run: GatewayRunFile) => void;
  readonly end: () => Promise<void>;
  /** Shows the summary of the simulator; with `--json` it is the last line. */
  readonly conclude: (end: TrafficEnd) => void;
}

const DRAW_INTERVAL_MS = 500;
const RECORD_INTERVAL_MS = 5_000;

/** Creates the screen of one call. */
export function createScreen(output: Output): Screen {
  const view = createLiveView(output);
  let following: { readonly stop: () => Promise<void> } | undefined;
  let ready = false;
  let lastNote: string | undefined;
  let tally: EventTally | undefined;
  return {
    say: (words) => view.above(`${output.notePaint.dim('·')} ${words}`),
    processEvent: (event) => {
      if (!output.terminal) output.record(event);
      const words = processWords(event, { ready, paint: output.notePaint });
      // Does not repeat the note when the next try fails in the same way.
      if (words !== undefined && words !== lastNote) view.above(words);
      lastNote = words;
    },
    trafficEvent: (event) => {
      if (!output.terminal) output.record(event);
      const words = trafficWords(event, output.notePaint);
      if (words !== undefined) view.above(words);
    },
    follow: async (federation) => {
      ready = true;
      tally = createEventTally(federation.orgs);
      following = await follow(federation, { output, tally, draw: view.draw });
      if (!output.terminal) output.record({ event: 'running', ...federation.run });
      // The link is for the person at this terminal: it is never written to a file, a pipe or `--json`.
      const link = output.terminal ? await linkTo(federation) : undefined;
      view.above(addressLines(federation, output, link));
    },
    running: (run) => {
      ready = true;
      if (!output.terminal) output.record({ event: 'running', ...run });
      view.above(gatewayLines(run, output.notePaint).join('\n'));
    },
    end: async () => {
      ready = false;
      await following?.stop();
      view.end();
    },
    conclude: (end) => conclude(output, end, tally?.rows() ?? []),
  };
}

function conclude(
  output: Output,
  { summary, why, lawfulRefused }: TrafficEnd,
  rows: ReturnType<EventTally['rows']>,
): void {
  const { notePaint, note } = output;
  if (!output.terminal && !output.json && rows.length > 0) {
    note(federationTable(rows, { paint: notePaint, width: 120 }));
  }
  if (why !== undefined) note(`${notePaint.red('✗')} the simulator ended without a summary: ${why}`);
  if (summary === undefined) return;
  if (!output.terminal) output.record(summary);
  note(summaryWords(summary, lawfulRefused, output));
}

function processWords(
  event: ProcessEvent,
  { ready, paint: { green, red, yellow, dim } }: { readonly ready: boolean; readonly paint: Paint },
): string | undefined {
  switch (event.event) {
    case 'ready':
      return `${green('✓')} ${event.process} ${dim(`pid ${event.pid}`)}`;
    case 'failed':
      return `${red('✗')} ${event.process}: ${event.message}`;
    case 'ended':
      // During start and stop no note is needed: the process was meant to end, or an error follows.
      return ready ? `${yellow('!')} ${event.process} ended (${event.how}): restarting it` : undefined;
    case 'started':
      return undefined;
  }
}

/** Formats an event of the simulator; a refused lawful notice is a failure. */
function trafficWords(
  { event, org, code, search, ...about }: Readonly<Record<string, unknown>>,
  { red, yellow, dim }: Paint,
): string | undefined {
  if (event === 'held-back') return `${yellow('!')} ${heldBackWords(about)}`;
  if (event === 'cut') return `${dim('·')} not searched, as the run was short or stopped: ${String(search)}`;
  if (event === 'searching')
    return `${dim('·')} searching every changed byte on disk for content that must not be there`;
  if (event !== 'refused') return undefined;
  return `${red('✗')} a lawful notice of ${String(org)} was refused: ${String(code)}`;
}

/** Says how the size of the home holds the traffic back. */
function heldBackWords({ held, bytes, limit }: Readonly<Record<string, unknown>>): string {
  const has = `the home has ${formatBytes(Number(bytes))} of ${formatBytes(Number(limit))}`;
  switch (held) {
    case 'stopped':
      return `${has}: no more notices are generated; \`up --fresh\` begins anew`;
    case 'slowed':
      return `${has}: fewer notices are generated as it fills`;
    default:
      return `${has}: notices are generated at the full rate again`;
  }
}

interface FollowParams {
  readonly output: Output;
  readonly tally: EventTally;
  readonly draw: (text: string) => void;
}

/** Redraws the table twice a second on a terminal; elsewhere writes a record every five seconds. */
async function follow(
  { run, home }: Federation,
  { output, tally, draw }: FollowParams,
): Promise<{ readonly stop: () => Promise<void> }> {
  const watch = await watchEvents({
    ...brokerConnection(run, home.hub('operator')),
    seedFile: home.tailSeed,
    subjects: ['status.>'],
    onEvent: tally.take,
  });
  const members = createMemberWatch(home);
  const show = (): void => {
    tally.setMembers(members());
    if (output.terminal) draw(federationTable(tally.rows(), output));
    else output.record({ event: 'organisations', rows: tally.rows() });
  };
  const timer = setInterval(show, output.terminal ? DRAW_INTERVAL_MS : RECORD_INTERVAL_MS);
  const { stdout } = process;
  if (output.terminal) stdout.on('resize', show);
  return {
    stop: async () => {
      clearInterval(timer);
      stdout.off('resize', show);
      show();
      await watch.stop();
    },
  };
}

function linkTo({ run, home }: Federation): Promise<string | undefined> | undefined {
  return run.console === undefined ? undefined : signInLink(home, run.console);
}

function addressLines({ run, home }: Federation, { notePaint }: Output, link: string | undefined): string {
  const { dim } = notePaint;
  const [org] = Object.keys(run.gateways);
  const submit = suggestedCommand(`notice submit proto/examples/red.json --org ${org}`);
  return [
    ...(run.console === undefined ? [] : consoleLines(run.console, { home, link, paint: notePaint })),
    ...gatewayLines(run, notePaint),
    `${dim('follow:')}     ${suggestedCommand('tail')}`,
    ...(org === undefined ? [] : [`${dim('submit:')}     ${submit}`]),
    `${dim('home:')}       ${home.root}`,
    dim('Ctrl-C stops the federation'),
  ].join('\n');
}

function gatewayLines({ gateways }: GatewayRunFile, { bold, cyan, dim }: Paint): readonly string[] {
  const lines = Object.entries(gateways).map(
    ([org, url]) => `  ${org.padEnd(10)} ${cyan(url)}${dim('/docs')}`,
  );
  return lines.length === 0 ? [] : [bold('gateways'), ...lines];
}

interface ConsoleLinesParams {
  readonly home: Home;
  readonly link: string | undefined;
  readonly paint: Paint;
}

function consoleLines(url: string, { home, link, paint }: ConsoleLinesParams): readonly string[] {
  const { bold, cyan, dim } = paint;
  const token = home.hub('console', 'operator.token');
  return [
    bold('console'),
    `  ${cyan(url)}  ${dim('sign in with the token in')}`,
    // Token and link have lines of their own, so that most terminals do not wrap them.
    `  ${token}`,
    ...(link === undefined ? [] : [`  ${dim('or open, once and within ten minutes:')}`, `  ${cyan(link)}`]),
  ];
}

function summaryWords(
  summary: SimulationSummary,
  lawfulRefused: number,
  { notePaint: { green, red } }: Output,
): string {
  const { submitted, delivered, redacted, denied, refused } = summary;
  const kept = lawsHold(summary);
  const { amended, withdrawn, unsealed, restricted } = summary;
  const lives = `${amended} amended, ${withdrawn} withdrawn, ${unsealed} unsealed, ${restricted} restricted`;
  const broken = BROKEN_LAWS.filter((name) => summary[name] > 0).map((name) => `${name} ${summary[name]}`);
  const counts = `${submitted} submitted, ${delivered} delivered (${redacted} redacted), ${denied} denied, ${refused} ${lawfulRefused === 0 ? 'attacks ' : ''}refused; ${lives}`;
  return kept
    ? `${green('✓')} ${counts}; nothing missing, duplicated, unverified, leaked or overdue`
    : `${red('✗')} ${counts}; ${broken.join(', ')}`;
}
