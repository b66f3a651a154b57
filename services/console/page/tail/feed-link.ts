import type { ShownAlive, ShownEvent, ShownGap } from '../../shown.js';
import { ask } from '../api.js';

/** A line of the tail; its key is its place in the console's ring. */
export type FeedRow =
  | { readonly type: 'status'; readonly key: string; readonly event: ShownEvent }
  | { readonly type: 'gap'; readonly key: string; readonly gap: ShownGap };

/**
 * `live`: everything there was has been sent. `deaf`: the console does not hear the broker. `lost`: no console. `busy`:
 * as many read it as may. `held`: paused for so long that the console keeps the rest.
 */
export type LinkState = 'opening' | 'live' | 'deaf' | 'lost' | 'busy' | 'held' | 'over';

interface LinkDeps {
  readonly take: (row: FeedRow) => void;
  /** True while no more rows are taken. */
  readonly full: () => boolean;
  readonly tell: () => void;
}

/** The connection of the tail to the console. */
export interface FeedLink {
  readonly link: () => LinkState;
  /** For how long no router has answered, in milliseconds, as the console said last; null while one does. */
  readonly silentMs: () => number | null;
  /** What the console refused to answer, such as a bad subject. */
  readonly fault: () => string;
  readonly close: () => void;
  /** Resumes a held link: there is room again. */
  readonly goOn: () => void;
}

const RETRY_MS = 1_500;
/** The console gives a sign of life every five seconds: two were missed. */
const MISSED_MS = 11_000;

/** What is known of the link. */
interface Said {
  readonly state: LinkState;
  readonly fault: string;
  /** The place of what was taken last. */
  readonly last: string;
  readonly silentMs: number | null;
}

/** Listens for as long as there is room, and goes on behind the last that it took. */
export function createLink(query: string, { take, full, tell }: LinkDeps): FeedLink {
  let said: Said = { state: 'opening', fault: '', last: '', silentMs: null };
  let [source, closed]: [EventSource | undefined, boolean] = [undefined, false];
  const change = (next: Partial<Said>): void => {
    said = { ...said, ...next };
    tell();
  };
  const stop = (): void => {
    watch.stop();
    source?.close();
  };
  const end = (next: Partial<Said>): void => {
    stop();
    change(next);
    if (said.state === 'lost' || said.state === 'busy') setTimeout(open, RETRY_MS);
  };
  // A console that hangs keeps its connections, and the browser says nothing of it.
  const watch = createWatch(MISSED_MS, () => end({ state: 'lost' }));
  const takeOrHold = (row: FeedRow): void => {
    take(row);
    if (full()) end({ state: 'held' });
  };
  const onEnd = async (): Promise<void> => end(await whyEnded(query));
  const open = (): void => {
    if (closed) return;
    const after = said.last === '' ? '' : `&after=${said.last}`;
    watch.again();
    source = listen(`${query}${after}`, { take: takeOrHold, change, onHeard: watch.again, onEnd });
  };
  const goOn = (): void => {
    if (said.state !== 'held') return;
    change({ state: 'opening' });
    open();
  };
  const close = (): void => {
    closed = true;
    stop();
  };
  open();
  return { link: () => said.state, fault: () => said.fault, silentMs: () => said.silentMs, goOn, close };
}

interface Watch {
  readonly again: () => void;
  readonly stop: () => void;
}

/** Calls when `again` was not for so long. */
function createWatch(ms: number, work: () => void): Watch {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => clearTimeout(timer);
  const again = (): void => {
    stop();
    timer = setTimeout(work, ms);
  };
  return { again, stop };
}

interface Listener {
  readonly take: (row: FeedRow) => void;
  readonly change: (next: Partial<Said>) => void;
  /** Whatever it was. */
  readonly onHeard: () => void;
  /** The browser does not try again by itself. */
  readonly onEnd: () => Promise<void>;
}

function listen(question: string, { take, change, onHeard, onEnd }: Listener): EventSource {
  const source = new EventSource(`/v1/status/stream?${question}`);
  const on = (name: string, hear: (data: unknown, id: string) => void): void =>
    source.addEventListener(name, ({ data, lastEventId: last }: MessageEvent<string>) => {
      onHeard();
      change({ last });
      hear(JSON.parse(data), last);
    });
  on('status', (data, key) => take({ type: 'status', key, event: data as ShownEvent }));
  on('gap', (data, id) => {
    const gap = data as ShownGap;
    // It may have no place of its own.
    take({ type: 'gap', key: `gap-${id}-${gap.heard}`, gap });
  });
  on('state', (data) => change({ state: (data as { connected: boolean }).connected ? 'live' : 'deaf' }));
  on('alive', (data) => change({ silentMs: (data as ShownAlive).silentMs }));
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) void onEnd();
    else change({ state: 'lost' });
  });
  return source;
}

/** The browser tells a page nothing of why a stream was refused: asked the other way, the console says it. */
async function whyEnded(query: string): Promise<Pick<Said, 'state' | 'fault'>> {
  const session = await ask('/v1/session');
  if (!session.ok && session.problem.status === 401) return { state: 'over', fault: '' };
  const answer = await fetch(`/v1/status?${query}`).catch(() => undefined);
  // What it pours out otherwise is not wanted here.
  if (answer?.ok === true) await answer.body?.cancel();
  if (answer === undefined || answer.ok) return { state: 'lost', fault: '' };
  const { code, detail } = Object(await answer.json().catch(() => undefined)) as Record<string, unknown>;
  if (code === 'busy') return { state: 'busy', fault: '' };
  return answer.status === 400 ? { state: 'opening', fault: String(detail) } : { state: 'lost', fault: '' };
}
