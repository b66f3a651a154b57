import type { Output, Paint } from '../terminal/output.js';
import type { Home } from '../../shared/runtime/home.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { brokerConnection } from '../home/run-file.js';
import { watchEvents } from '../tail/status-events.js';
import type { Federation } from './federation.js';
import { createLiveView, federationTable } from './live-view.js';
import type { ProcessEvent } from './supervise.js';
import { createEventTally, type EventTally } from './tally.js';
import type { SimulationSummary } from '../../shared/runtime/simulation-summary.js';
import { lawsHold, type TrafficEnd } from './traffic.js';

/** What a person, or a program, sees of a running federation. */
export interface Screen {
  readonly say: (words: string) => void;
  readonly processEvent: (event: ProcessEvent) => void;
  readonly trafficEvent: (event: Readonly<Record<string, unknown>>) => void;
  /** Shows where everything is, and from then on what happens. */
  readonly follow: (federation: Federation) => Promise<void>;
  readonly end: () => Promise<void>;
  /** The last line with `--json`; words for a person. */
  readonly conclude: (end: TrafficEnd) => void;
}

const DRAW_MS = 500;
const RECORD_MS = 5_000;

export function createScreen(output: Output): Screen {
  const view = createLiveView(output);
  let following: { readonly stop: () => Promise<void> } | undefined;
  let ready = false;
  let told: string | undefined;
  let tally: EventTally | undefined;
  return {
    say: (words) => view.above(`${output.notePaint.dim('·')} ${words}`),
    processEvent: (event) => {
      if (!output.terminal) output.record(event);
      const words = processWords(event, { ready, paint: output.notePaint });
      // The same failure at the next try is nothing new to a person.
      if (words !== undefined && words !== told) view.above(words);
      told = words;
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
      view.above(whereabouts(federation, output));
    },
    end: async () => {
      ready = false;
      await following?.stop();
      view.end();
    },
    conclude: (end) => conclude(output, end, tally?.rows() ?? []),
  };
}

function conclude(output: Output, { summary, why }: TrafficEnd, rows: ReturnType<EventTally['rows']>): void {
  const { notePaint, note } = output;
  if (!output.terminal && !output.json && rows.length > 0) {
    note(federationTable(rows, { paint: notePaint, width: 120 }));
  }
  if (why !== undefined) note(`${notePaint.red('✗')} the simulator ended without a summary: ${why}`);
  if (summary === undefined) return;
  if (!output.terminal) output.record(summary);
  note(summaryWords(summary, output));
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
      // Before and after, an end is wanted or told of by what failed.
      return ready ? `${yellow('!')} ${event.process} ended (${event.how}): starting it again` : undefined;
    case 'started':
      return undefined;
  }
}

/** What must not happen while nobody but rogues breaks a rule. */
function trafficWords(
  { event, org, code }: Readonly<Record<string, unknown>>,
  { red, dim }: Paint,
): string | undefined {
  if (event === 'searching')
    return `${dim('·')} looking for what nobody may hold, in every byte on disk that changed`;
  if (event !== 'refused') return undefined;
  return `${red('✗')} a lawful notice of ${String(org)} was refused: ${String(code)}`;
}

interface Following {
  readonly output: Output;
  readonly tally: EventTally;
  readonly draw: (text: string) => void;
}

/** Draws twice a second on a terminal; elsewhere a record every five seconds. */
async function follow(
  { run, home }: Federation,
  { output, tally, draw }: Following,
): Promise<{ readonly stop: () => Promise<void> }> {
  const watch = await watchEvents({
    ...brokerConnection(run, home.hub('operator')),
    seedFile: home.tailSeed,
    subjects: ['status.>'],
    onEvent: tally.take,
  });
  const show = (): void => {
    if (output.terminal) draw(federationTable(tally.rows(), output));
    else output.record({ event: 'organisations', rows: tally.rows() });
  };
  const timer = setInterval(show, output.terminal ? DRAW_MS : RECORD_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      show();
      await watch.stop();
    },
  };
}

function whereabouts({ run, home }: Federation, { notePaint }: Output): string {
  const { bold, cyan, dim } = notePaint;
  const gateways = Object.entries(run.gateways).map(
    ([org, url]) => `  ${org.padEnd(10)} ${cyan(url)}${dim('/docs')}`,
  );
  return [
    ...(run.console === undefined ? [] : [consoleLines(run.console, home, notePaint)]),
    bold('gateways'),
    ...gateways,
    `${dim('follow it:')}  ${suggestedCommand('tail')}`,
    `${dim('submit one:')} ${suggestedCommand('notice submit proto/examples/red.json --org europol')}`,
    `${dim('home:')}       ${home.root}`,
    dim('Ctrl-C stops it'),
  ].join('\n');
}

function consoleLines(url: string, home: Home, { bold, cyan, dim }: Paint): string {
  return `${bold('console')}\n  ${cyan(url)}  ${dim(`sign in with the token in ${home.hub('console', 'operator.token')}`)}`;
}

function summaryWords(summary: SimulationSummary, { notePaint: { green, red } }: Output): string {
  const { submitted, delivered, redacted, denied, refused } = summary;
  const kept = lawsHold(summary);
  const broken = (['missing', 'duplicates', 'unverified', 'withheldLeaks'] as const)
    .filter((name) => summary[name] > 0)
    .map((name) => `${name} ${summary[name]}`);
  const counts = `${submitted} submitted, ${delivered} delivered (${redacted} redacted), ${denied} denied, ${refused} refused`;
  return kept
    ? `${green('✓')} ${counts}; nothing missing, twice, unverified or leaked`
    : `${red('✗')} ${counts}; ${broken.join(', ')}`;
}
