import type { JSX, VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ShownEvent } from '../../shown.js';
import type { Feed } from './feed.js';
import type { FeedRow } from './feed-link.js';
import { count, zoneName } from '../format.js';
import { TableHead } from '../widgets/table-head.js';
import { renderRow, EventRow } from './tail-row.js';
import { useReading } from './use-reading.js';

interface TableProps {
  /** Undefined until the feed is open. */
  readonly feed: Feed | undefined;
  readonly filtered: boolean;
  /** The event whose detail is open. */
  readonly open: ShownEvent | undefined;
  readonly onOpen: (event: ShownEvent) => void;
}

/** How many rows are rendered at first, and how many more at each “Show more”. */
const STEP = 200;
const WORDS = [`time ${zoneName()}`, 'event', 'kind', 'from → to', 'notice', 'sections · rules'];

/**
 * The newest events, 200 at first and more on demand. The arrow keys move, Enter opens, and the list is frozen while it is
 * being read.
 */
export function TailTable({ feed, filtered, open, onOpen }: TableProps): JSX.Element {
  const [most, setMost] = useState(STEP);
  const list = useRef<HTMLDivElement>(null);
  const { checkReading, showNewest } = useReading(list, { feed, open });
  const rows = feed?.rows() ?? [];
  const choose = (target: EventTarget | null): void => {
    const row = rowOf(target, rows);
    if (row?.type === 'status') onOpen(row.event);
  };
  return (
    <div
      class="list"
      ref={list}
      role="region"
      aria-label="Status events, newest first"
      tabIndex={0}
      onClick={({ target }) => choose(target)}
      onScroll={checkReading}
      onFocusIn={checkReading}
      // Deferred: the new focus is known only after this event.
      onFocusOut={() => setTimeout(checkReading)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') choose(event.target);
        else move(event);
      }}
    >
      <NewEventsButton feed={feed} onPress={showNewest} />
      {rows.length === 0 && <Nothing filtered={filtered} />}
      <table
        role="table"
        aria-label="Status events"
        aria-rowcount={rows.length + 1}
        hidden={rows.length === 0}
      >
        <TableHead words={WORDS} />
        <tbody role="rowgroup">{drawn(rows.slice(-most), open)}</tbody>
      </table>
      <End rows={rows.length} most={most} cut={feed?.cut() ?? false} onMore={() => setMost(most + STEP)} />
    </div>
  );
}

function drawn(rows: readonly FeedRow[], open: ShownEvent | undefined): readonly VNode[] {
  const draw = (row: FeedRow): VNode =>
    row.type === 'status' && row.event === open ? <EventRow key={row.key} row={row} open /> : renderRow(row);
  return rows.map(draw).toReversed();
}

/** Counts the events that arrived while the list is being read. A paused feed shows the count at “Resume” instead. */
function NewEventsButton({
  feed,
  onPress,
}: {
  feed: Feed | undefined;
  onPress: () => void;
}): JSX.Element | null {
  if (feed === undefined || !feed.reading() || feed.paused() || feed.held() === 0) return null;
  return (
    <button type="button" class="strong news" onClick={onPress}>
      {count(feed.held())}
      {feed.full() ? '+' : ''} new
    </button>
  );
}

interface EndProps {
  readonly rows: number;
  readonly most: number;
  /** True when older rows were dropped from the list. */
  readonly cut: boolean;
  readonly onMore: () => void;
}

function End({ rows, most, cut, onMore }: EndProps): JSX.Element | null {
  if (rows > most)
    return (
      <button type="button" class="more" onClick={onMore}>
        Show more ({count(rows - most)} older)
      </button>
    );
  return cut ? <p class="note">Older events are no longer in this list: replay them with “since”.</p> : null;
}

function Nothing({ filtered }: { filtered: boolean }): JSX.Element {
  return (
    <div class="nothing">
      <p>
        <b>No {filtered ? 'matching events' : 'events yet'}.</b>
      </p>
      <p class="quiet">
        {filtered
          ? 'Events that match appear here as they happen. “since” shows earlier events, Reset shows all events.'
          : 'Events appear here as organisations exchange notices: submitted, decided, delivered, receipted.'}
      </p>
    </div>
  );
}

function rowOf(target: EventTarget | null, rows: readonly FeedRow[]): FeedRow | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('tr[data-key]') : null;
  const key = element?.dataset['key'];
  return key === undefined ? undefined : rows.find((row) => row.key === key);
}

function move(event: KeyboardEvent): void {
  const down = event.key === 'ArrowDown';
  if ((!down && event.key !== 'ArrowUp') || !(event.currentTarget instanceof Element)) return;
  const here = event.target instanceof Element ? event.target.closest('tr') : null;
  const next = here === null ? event.currentTarget.querySelector('tr[tabindex]') : neighbour(here, down);
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}

function neighbour(row: Element, down: boolean): Element | null {
  const next = down ? row.nextElementSibling : row.previousElementSibling;
  return next === null || next.hasAttribute('tabindex') ? next : neighbour(next, down);
}
