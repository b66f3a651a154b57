import type { ShownEvent, ShownGap } from '../shown.js';
import { ask } from './api.js';

/** A line of the tail; its key is its place in the console's ring. */
export type Row =
  | { readonly type: 'status'; readonly key: string; readonly event: ShownEvent }
  | { readonly type: 'gap'; readonly key: string; readonly gap: ShownGap };

/**
 * `live`: everything there was has been sent. `deaf`: the console does not hear the broker. `lost`: no console. `busy`:
 * as many read it as may.
 */
export type LinkState = 'opening' | 'live' | 'deaf' | 'lost' | 'busy' | 'over';

/** Events as they come, oldest first, in two bounded lists: what is shown, and what came while it was paused. */
export interface Feed {
  readonly rows: () => readonly Row[];
  readonly paused: () => boolean;
  /** How many came since it was paused. */
  readonly held: () => number;
  /** True when rows left at the end of the list. */
  readonly cut: () => boolean;
  readonly setPaused: (paused: boolean) => void;
  readonly clear: () => void;
  readonly link: () => LinkState;
  /** What the console refused to answer, such as a bad subject. */
  readonly fault: () => string;
  readonly close: () => void;
}

/** More than anybody reads; what leaves here is in the console's ring. */
const MOST_ROWS = 5_000;
const RETRY_MS = 1_500;

/** Listens to the tail with these parameters; `onChange` is called at most once a frame. */
export function openFeed(query: string, onChange: () => void): Feed {
  const tell = perFrame(onChange);
  const { take, ...lists } = createLists(tell);
  let [state, fault, last, closed]: [LinkState, string, string, boolean] = ['opening', '', '', false];
  let source: EventSource | undefined;
  const setLink = (next: LinkState): void => {
    state = next;
    tell();
  };
  const open = (): void => {
    if (closed) return;
    const after = last === '' ? '' : `&after=${last}`;
    const setLast = (id: string): void => void (last = id);
    source = listen(`/v1/status/stream?${query}${after}`, {
      take,
      setLink,
      setLast,
      onEnd: () => void end(),
    });
  };
  const end = async (): Promise<void> => {
    const why = await whyEnded(query);
    fault = why.fault;
    setLink(why.state);
    if (why.state === 'lost' || why.state === 'busy') setTimeout(open, RETRY_MS);
  };
  open();
  return {
    ...lists,
    link: () => state,
    fault: () => fault,
    close: () => {
      closed = true;
      source?.close();
    },
  };
}

type Lists = Pick<Feed, 'rows' | 'paused' | 'held' | 'cut' | 'setPaused' | 'clear'> & {
  readonly take: (row: Row) => void;
};

function createLists(tell: () => void): Lists {
  let [rows, held]: [Row[], Row[]] = [[], []];
  let [count, paused, cut] = [0, false, false];
  /** In pieces, so that a full list is not moved for each row. */
  const trim = (list: Row[]): void => {
    if (list.length <= MOST_ROWS * 1.1) return;
    list.splice(0, list.length - MOST_ROWS);
    cut = true;
  };
  return {
    take: (row) => {
      const list = paused ? held : rows;
      list.push(row);
      if (paused) count += 1;
      trim(list);
      tell();
    },
    rows: () => rows,
    paused: () => paused,
    held: () => count,
    cut: () => cut,
    setPaused: (next) => {
      paused = next;
      rows = [...rows, ...held];
      [held, count] = [[], 0];
      trim(rows);
      tell();
    },
    clear: () => {
      [rows, held, count, cut] = [[], [], 0, false];
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
