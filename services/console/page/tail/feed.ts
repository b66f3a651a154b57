import { createLink, type FeedLink, type FeedRow } from './feed-link.js';

/** Events as they come, oldest first, in two bounded lists: what is shown, and what came while it stood still. */
export interface Feed extends Omit<FeedLink, 'goOn'> {
  readonly rows: () => readonly FeedRow[];
  readonly paused: () => boolean;
  /** Somebody reads what is shown: it stands still as while it is paused. */
  readonly reading: () => boolean;
  /** How many came since it stands still. */
  readonly held: () => number;
  /** No more is held here: whoever resumes is sent the rest. */
  readonly full: () => boolean;
  /** True when rows left at the end of the list. */
  readonly cut: () => boolean;
  readonly setPaused: (paused: boolean) => void;
  readonly setReading: (reading: boolean) => void;
  readonly clear: () => void;
}

/** Of each list. More than anybody reads; what leaves here is in the console's ring. */
const MAX_ROWS = 5_000;

/** Listens to the tail with these parameters; `onChange` is called at most once a frame. */
export function openFeed(query: string, onChange: () => void): Feed {
  const tell = perFrame(onChange);
  const { take, ...lists } = createLists(tell);
  const { goOn, ...link } = createLink(query, { take, full: lists.full, tell });
  return { ...withRoom(lists, goOn), ...link };
}

type Lists = Pick<
  Feed,
  'rows' | 'paused' | 'reading' | 'held' | 'full' | 'cut' | 'setPaused' | 'setReading' | 'clear'
> & {
  readonly take: (row: FeedRow) => void;
};

/** Tells whenever what was held has left, and there is room again. */
function withRoom(lists: Omit<Lists, 'take'>, onRoom: () => void): Omit<Lists, 'take'> {
  return {
    ...lists,
    setPaused: (paused) => {
      lists.setPaused(paused);
      onRoom();
    },
    setReading: (reading) => {
      lists.setReading(reading);
      onRoom();
    },
    clear: () => {
      lists.clear();
      onRoom();
    },
  };
}

function createLists(tell: () => void): Lists {
  let [rows, held]: [FeedRow[], FeedRow[]] = [[], []];
  let [paused, reading, cut] = [false, false, false];
  /** In pieces, so that a full list is not moved for each row. */
  const trim = (): void => {
    if (rows.length <= MAX_ROWS * 1.1) return;
    rows.splice(0, rows.length - MAX_ROWS);
    cut = true;
  };
  const goOn = (): void => {
    if (!paused && !reading) [rows, held] = [[...rows, ...held], []];
    trim();
    tell();
  };
  return {
    take: (row) => {
      (paused || reading ? held : rows).push(row);
      trim();
      tell();
    },
    rows: () => rows,
    paused: () => paused,
    reading: () => reading,
    held: () => held.length,
    full: () => held.length >= MAX_ROWS,
    cut: () => cut,
    setPaused: (next) => {
      paused = next;
      goOn();
    },
    setReading: (next) => {
      if (next === reading) return;
      reading = next;
      goOn();
    },
    clear: () => {
      [rows, held, cut] = [[], [], false];
      tell();
    },
  };
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
