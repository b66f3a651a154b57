import type { ShownEvent, ShownGap } from '../shown.js';
import { ask } from './api.js';

/** A line of the tail; its key is its place in the console's ring. */
export type Row =
  | { readonly type: 'status'; readonly key: string; readonly event: ShownEvent }
  | { readonly type: 'gap'; readonly key: string; readonly gap: ShownGap };

/**
 * `live`: everything there was has been sent. `deaf`: the console does not hear the broker. `lost`: no console. `busy`:
 * as many read it as may. `held`: paused for so long that the console keeps the rest.
 */
export type LinkState = 'opening' | 'live' | 'deaf' | 'lost' | 'busy' | 'held' | 'over';

/** Events as they come, oldest first, in two bounded lists: what is shown, and what came while it was paused. */
export interface Feed {
  readonly rows: () => readonly Row[];
  readonly paused: () => boolean;
  /** How many came since it was paused. */
  readonly held: () => number;
  /** No more is held here: whoever resumes is sent the rest. */
  readonly full: () => boolean;
  /** True when rows left at the end of the list. */
  readonly cut: () => boolean;
  readonly setPaused: (paused: boolean) => void;
  readonly clear: () => void;
  readonly link: () => LinkState;
  /** What the console refused to answer, such as a bad subject. */
  readonly fault: () => string;
  readonly close: () => void;
}

/** Of each list. More than anybody reads; what leaves here is in the console's ring. */
const MOST_ROWS = 5_000;
const RETRY_MS = 1_500;

/** Listens to the tail with these parameters; `onChange` is called at most once a frame. */
export function openFeed(query: string, onChange: () => void): Feed {
  const tell = perFrame(onChange);
  const { take, ...lists } = createLists(tell);
  const { goOn, ...link } = createLink(query, { take, full: lists.full, tell });
  return { ...withRoom(lists, goOn), ...link };
}

interface LinkDeps extends Pick<Lists, 'take' | 'full'> {
  readonly tell: () => void;
}

type Link = Pick<Feed, 'link' | 'fault' | 'close'> & {
  /** There is room again. */
  readonly goOn: () => void;
};

/** Listens for as long as there is room, and goes on behind the last that it took. */
function createLink(query: string, { take, full, tell }: LinkDeps): Link {
  let [state, fault, last, closed]: [LinkState, string, string, boolean] = ['opening', '', '', false];
  let source: EventSource | undefined;
  const setLink = (next: LinkState): void => {
    state = next;
    tell();
  };
  const takeOrHold = (row: Row): void => {
    take(row);
    if (!full()) return;
    source?.close();
    setLink('held');
  };
  const open = (): void => {
    if (closed) return;
    const after = last === '' ? '' : `&after=${last}`;
    const setLast = (id: string): void => void (last = id);
    const onEnd = (): void => void end();
    source = listen(`/v1/status/stream?${query}${after}`, { take: takeOrHold, setLink, setLast, onEnd });
  };
  const end = async (): Promise<void> => {
    const why = await whyEnded(query);
    fault = why.fault;
    setLink(why.state);
    if (why.state === 'lost' || why.state === 'busy') setTimeout(open, RETRY_MS);
  };
  const goOn = (): void => {
    if (state !== 'held') return;
    setLink('opening');
    open();
  };
  const close = (): void => {
    closed = true;
    source?.close();
  };
  open();
  return { link: () => state, fault: () => fault, goOn, close };
}

type Lists = Pick<Feed, 'rows' | 'paused' | 'held' | 'full' | 'cut' | 'setPaused' | 'clear'> & {
  readonly take: (row: Row) => void;
};

/** Tells whenever what was held has left, and there is room again. */
function withRoom(lists: Omit<Lists, 'take'>, onRoom: () => void): Omit<Lists, 'take'> {
  return {
    ...lists,
    setPaused: (paused) => {
      lists.setPaused(paused);
      onRoom();
    },
    clear: () => {
      lists.clear();
      onRoom();
    },
  };
}

function createLists(tell: () => void): Lists {
  let [rows, held]: [Row[], Row[]] = [[], []];
  let [paused, cut] = [false, false];
  /** In pieces, so that a full list is not moved for each row. */
  const trim = (): void => {
    if (rows.length <= MOST_ROWS * 1.1) return;
    rows.splice(0, rows.length - MOST_ROWS);
    cut = true;
  };
  return {
    take: (row) => {
      (paused ? held : rows).push(row);
      trim();
      tell();
    },
    rows: () => rows,
    paused: () => paused,
    held: () => held.length,
    full: () => held.length >= MOST_ROWS,
    cut: () => cut,
    setPaused: (next) => {
      paused = next;
      rows = [...rows, ...held];
      held = [];
      trim();
      tell();
    },
    clear: () => {
      [rows, held, cut] = [[], [], false];
      tell();
    },
  };
}

interface Listener {
  readonly take: (row: Row) => void;
  readonly setLink: (state: LinkState) => void;
  readonly setLast: (id: string) => void;
  /** The browser does not try again by itself. */
  readonly onEnd: () => void;
}

function listen(address: string, { take, setLink, setLast, onEnd }: Listener): EventSource {
  const source = new EventSource(address);
  source.addEventListener('status', ({ data, lastEventId: key }: MessageEvent<string>) => {
    setLast(key);
    take({ type: 'status', key, event: JSON.parse(data) as ShownEvent });
  });
  source.addEventListener('gap', ({ data, lastEventId }: MessageEvent<string>) => {
    setLast(lastEventId);
    const gap = JSON.parse(data) as ShownGap;
    // It may have no place of its own.
    take({ type: 'gap', key: `gap-${lastEventId}-${gap.heard}`, gap });
  });
  source.addEventListener('state', ({ data, lastEventId }: MessageEvent<string>) => {
    setLast(lastEventId);
    setLink((JSON.parse(data) as { connected: boolean }).connected ? 'live' : 'deaf');
  });
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) onEnd();
    else setLink('lost');
  });
  return source;
}

/** The browser tells a page nothing of why a stream was refused: asked the other way, the console says it. */
async function whyEnded(query: string): Promise<{ readonly state: LinkState; readonly fault: string }> {
  const session = await ask('/v1/session');
  if (!session.ok && session.problem.status === 401) return { state: 'over', fault: '' };
  const parameters = new URLSearchParams(query);
  parameters.set('since', 'now');
  const answer = await fetch(`/v1/status?${parameters}`).catch(() => undefined);
  if (answer === undefined || answer.ok) return { state: 'lost', fault: '' };
  const { code, detail } = Object(await answer.json().catch(() => undefined)) as Record<string, unknown>;
  if (code === 'busy') return { state: 'busy', fault: '' };
  return answer.status === 400 ? { state: 'opening', fault: String(detail) } : { state: 'lost', fault: '' };
}

/** Calls once a frame however often it is asked; a hidden page is not drawn, and asks for nothing. */
function perFrame(work: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}
