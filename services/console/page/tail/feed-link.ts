import type { ShownAlive, ShownEvent, ShownGap } from '../../shown.js';
import { requestJson } from '../api.js';

/** A row of the tail: an event or a gap. The key of an event is its position in the console's ring. */
export type FeedRow =
  | { readonly type: 'status'; readonly key: string; readonly event: ShownEvent }
  | { readonly type: 'gap'; readonly key: string; readonly gap: ShownGap };

/**
 * `opening`: not connected yet. `live`: all events so far were received. `deaf`: the console is disconnected from the broker.
 * `lost`: the console does not answer. `busy`: it has reached its limit of streams. `held`: the page is paused and its buffer
 * is full; the console keeps the rest. `over`: the session has ended.
 */
export type LinkState = 'opening' | 'live' | 'deaf' | 'lost' | 'busy' | 'held' | 'over';

interface LinkDeps {
  /** Called for each row. */
  readonly onRow: (row: FeedRow) => void;
  /** True while the buffer has no room for a row. */
  readonly full: () => boolean;
  /** Called when the state of the link changes. */
  readonly onChange: () => void;
}

/** The connection of the tail to the console's event stream. */
export interface FeedLink {
  readonly link: () => LinkState;
  /** For how long no router has answered, in milliseconds, as last reported by the console; null while one does. */
  readonly silentMs: () => number | null;
  /** Why the console refuses the query, such as an invalid subject; empty if the query is accepted. */
  readonly fault: () => string;
  readonly close: () => void;
  /** Reconnects a held link once the buffer has room. */
  readonly resume: () => void;
}

const RETRY_MS = 1_500;
/** The console sends `alive` every five seconds: two were missed. */
const SILENCE_TIMEOUT_MS = 11_000;

interface LinkStatus {
  readonly state: LinkState;
  readonly fault: string;
  /** The id of the last event received, where a reconnect continues. */
  readonly lastId: string;
  readonly silentMs: number | null;
}

/** Opens the stream of `query`. Closes it while the buffer is full, and reconnects after the last event received. */
export function createLink(query: string, { onRow, full, onChange }: LinkDeps): FeedLink {
  let link: LinkStatus = { state: 'opening', fault: '', lastId: '', silentMs: null };
  let [source, closed]: [EventSource | undefined, boolean] = [undefined, false];
  const change = (next: Partial<LinkStatus>): void => {
    link = { ...link, ...next };
    onChange();
  };
  const stop = (): void => {
    watchdog.stop();
    source?.close();
  };
  const end = (next: Partial<LinkStatus>): void => {
    stop();
    change(next);
    if (link.state === 'lost' || link.state === 'busy') setTimeout(open, RETRY_MS);
  };
  // A console that hangs does not close its connections, and the browser reports no error.
  const watchdog = createWatchdog(SILENCE_TIMEOUT_MS, () => end({ state: 'lost' }));
  const receive = (row: FeedRow): void => {
    onRow(row);
    if (full()) end({ state: 'held' });
  };
  const onEnd = async (): Promise<void> => end(await whyEnded(query));
  const open = (): void => {
    if (closed) return;
    const after = link.lastId === '' ? '' : `&after=${link.lastId}`;
    watchdog.restart();
    source = listen(`${query}${after}`, { onRow: receive, change, onMessage: watchdog.restart, onEnd });
  };
  const resume = (): void => {
    if (link.state !== 'held') return;
    change({ state: 'opening' });
    open();
  };
  const close = (): void => {
    closed = true;
    stop();
  };
  open();
  return { link: () => link.state, fault: () => link.fault, silentMs: () => link.silentMs, resume, close };
}

interface Watchdog {
  readonly restart: () => void;
  readonly stop: () => void;
}

/** Calls `onSilence` when `restart` was not called for `ms` milliseconds. */
function createWatchdog(ms: number, onSilence: () => void): Watchdog {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => clearTimeout(timer);
  const restart = (): void => {
    stop();
    timer = setTimeout(onSilence, ms);
  };
  return { restart, stop };
}

interface StreamHandlers {
  readonly onRow: (row: FeedRow) => void;
  readonly change: (next: Partial<LinkStatus>) => void;
  /** Called for every message. */
  readonly onMessage: () => void;
  /** Called when the browser has closed the stream and does not reconnect. */
  readonly onEnd: () => Promise<void>;
}

function listen(query: string, { onRow, change, onMessage, onEnd }: StreamHandlers): EventSource {
  const source = new EventSource(`/v1/status/stream?${query}`);
  const on = (name: string, handle: (data: unknown, id: string) => void): void =>
    source.addEventListener(name, ({ data, lastEventId: lastId }: MessageEvent<string>) => {
      onMessage();
      change({ lastId });
      handle(JSON.parse(data), lastId);
    });
  on('status', (data, key) => onRow({ type: 'status', key, event: data as ShownEvent }));
  on('gap', (data, id) => {
    const gap = data as ShownGap;
    // A gap may have no id of its own.
    onRow({ type: 'gap', key: `gap-${id}-${gap.heard}`, gap });
  });
  on('state', (data) => change({ state: (data as { connected: boolean }).connected ? 'live' : 'deaf' }));
  on('alive', (data) => change({ silentMs: (data as ShownAlive).silentMs }));
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) void onEnd();
    else change({ state: 'lost' });
  });
  return source;
}

/**
 * Sends an ordinary request to find out why the stream was refused: a browser hides that from the page.
 */
async function whyEnded(query: string): Promise<Pick<LinkStatus, 'state' | 'fault'>> {
  const session = await requestJson('/v1/session');
  if (!session.ok && session.problem.status === 401) return { state: 'over', fault: '' };
  const answer = await fetch(`/v1/status?${query}`).catch(() => undefined);
  // The rows of a successful answer are not needed.
  if (answer?.ok === true) await answer.body?.cancel();
  if (answer === undefined || answer.ok) return { state: 'lost', fault: '' };
  const { code, detail } = Object(await answer.json().catch(() => undefined)) as Record<string, unknown>;
  if (code === 'busy') return { state: 'busy', fault: '' };
  return answer.status === 400 ? { state: 'opening', fault: String(detail) } : { state: 'lost', fault: '' };
}
