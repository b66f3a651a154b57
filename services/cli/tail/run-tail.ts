import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { gatewayOf, requireRunning } from '../places.js';
import { type StatusEvent, watchEvents } from '../status-events.js';
import type { Call } from '../verb.js';
import { createGaps } from './gaps.js';
import { listenToKeys } from './keys.js';
import { createPager } from './pager.js';
import { eventLine, gapLine } from './event-line.js';

export interface TailOptions extends Filters {
  readonly org?: string;
  readonly subject: string;
  readonly for?: number;
  readonly count?: number;
}

interface Filters {
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly kind?: readonly string[];
  readonly event?: readonly string[];
  readonly outcome?: readonly string[];
}

/** Every event that its publisher sent passes here only with this subject and the hub's key: else gaps are natural. */
const EVERYTHING = 'status.>';

export async function runTail(call: Call<TailOptions>): Promise<ExitCode> {
  const { options, home, env, output, stopping } = call;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  stopping.addEventListener('abort', end);
  const pager = createPager(output);
  const gaps = createGaps();
  const whole = options.subject === EVERYTHING && options.org === undefined;
  let shown = 0;
  const take = (event: StatusEvent): void => {
    const missed = whole ? gaps.missed(event) : 0;
    if (missed > 0) {
      pager.write(
        output.terminal
          ? gapLine(missed, output.paint)
          : JSON.stringify({ gap: missed, source: event.source }),
      );
    }
    if (!passes(event, options) || (options.count !== undefined && shown >= options.count)) return;
    shown += 1;
    pager.write(output.terminal ? eventLine(event, output.paint, output.width) : JSON.stringify(event));
    if (shown === options.count) end();
  };
  const watch = await watchEvents({
    servers: env['LIAISON_NATS_URL'] ?? requireRunning(home).nats,
    seedFile: seedFileOf(home, options),
    subject: options.subject,
    onEvent: take,
    onTrouble: output.note,
  });
  const deaf = output.terminal ? listenToKeys({ toggle: pager.toggle, end }) : () => {};
  if (output.terminal) output.note(output.notePaint.dim('listening: space pauses, q ends'));
  await delay(options.for ?? 2 ** 31 - 1, undefined, { signal: ending.signal }).catch(() => undefined);
  deaf();
  pager.end();
  await watch.stop();
  return EXIT.yes;
}

function seedFileOf(home: Home, { org }: TailOptions): string {
  if (org === undefined) return home.tailSeed;
  return home.org(gatewayOf(requireRunning(home), org).org ?? parseOrgId(org), 'tail.nk');
}

function passes(facts: StatusEvent, { from, to, kind, event, outcome }: Filters): boolean {
  const among = (list: readonly string[] | undefined, value: string | undefined): boolean =>
    list === undefined || (value !== undefined && list.includes(value));
  return (
    among(from, facts.originator) &&
    among(to, facts.recipient) &&
    among(kind, facts.kind) &&
    among(event, facts.event) &&
    among(outcome, facts.outcome)
  );
}
