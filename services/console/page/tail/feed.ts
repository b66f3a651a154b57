import { createLink, type FeedLink, type FeedRow } from './feed-link.js';

/** The live rows, oldest first, in two bounded lists: those shown, and those that arrived while the view is frozen. */
export interface Feed extends Omit<FeedLink, 'resume'> {
  readonly rows: () => readonly FeedRow[];
  readonly paused: () => boolean;
  /** True while the view is frozen because the viewer reads it: a row is focused or open, or the list is scrolled. */
  readonly reading: () => boolean;
  /** The number of rows that arrived while the view is frozen. */
  readonly held: () => number;
  /** True when the list of held rows is full; the console sends the rest after a resume. */
  readonly full: () => boolean;
  /** True when older rows were dropped from the list. */
  readonly cut: () => boolean;
  readonly setPaused: (paused: boolean) => void;
  readonly setReading: (reading: boolean) => void;
  readonly clear: () => void;
}

/** The limit of each list. Dropped rows are still in the console's ring. */
const MAX_ROWS = 5_000;

/** Opens the live tail for `query`; calls `onChange` at most once per animation frame. */
export function openFeed(query: string, onChange: () => void): Feed {
  const notify = perFrame(onChange);
  const { onRow, ...lists } = createLists(notify);
  const { resume, ...link } = createLink(query, { onRow, full: lists.full, onChange: notify });
  return { ...withRoom(lists, resume), ...link };
}

type Lists = Pick<
  Feed,
  'rows' | 'paused' | 'reading' | 'held' | 'full' | 'cut' | 'setPaused' | 'setReading' | 'clear'
> & {
  readonly onRow: (row: FeedRow) => void;
};

/** Calls `onRoom` after each change that may make room for rows. */
function withRoom(lists: Omit<Lists, 'onRow'>, onRoom: () => void): Omit<Lists, 'onRow'> {
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

function createLists(notify: () => void): Lists {
  let [rows, held]: [FeedRow[], FeedRow[]] = [[], []];
  let [paused, reading, cut] = [false, false, false];
  /** Drops old rows a tenth of the list at a time, so that a full list is not copied for each row. */
  const trim = (): void => {
    if (rows.length <= MAX_ROWS * 1.1) return;
    rows.splice(0, rows.length - MAX_ROWS);
    cut = true;
  };
  const showHeld = (): void => {
    if (!paused && !reading) [rows, held] = [[...rows, ...held], []];
    trim();
    notify();
  };
  return {
    onRow: (row) => {
      (paused || reading ? held : rows).push(row);
      trim();
      notify();
    },
    rows: () => rows,
    paused: () => paused,
    reading: () => reading,
    held: () => held.length,
    full: () => held.length >= MAX_ROWS,
    cut: () => cut,
    setPaused: (next) => {
      paused = next;
      showHeld();
    },
    setReading: (next) => {
      if (next === reading) return;
      reading = next;
      showHeld();
    },
    clear: () => {
      [rows, held, cut] = [[], [], false];
      notify();
    },
  };
}

/** Returns a function that runs `work` at most once per animation frame; a hidden page has no frames. */
function perFrame(work: () => void): () => void {
  let scheduled = false;
  return () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      work();
    });
  };
}
