import type { JSX, VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ShownEvent } from '../../shown.js';
import type { Feed } from './feed.js';
import type { FeedRow } from './feed-link.js';
import { count, zoneName } from '../format.js';
import { TableHead } from '../widgets/table-head.js';
import { drawnRow, EventRow } from './tail-row.js';
import { useReading } from './use-reading.js';

interface TableProps {
  /** Undefined until there is one. */
  readonly feed: Feed | undefined;
  readonly filtered: boolean;
  /** The one that is shown beside the list. */
  readonly open: ShownEvent | undefined;
  readonly onOpen: (event: ShownEvent) => void;
}

const STEP = 200;
const WORDS = [`time ${zoneName()}`, 'event', 'kind', 'from → to', 'notice', 'sections · rules'];

/** Only the newest are drawn; more on demand. Up and down move, Enter opens, and what is read stands still. */
export function TailTable({ feed, filtered, open, onOpen }: TableProps): JSX.Element {
  const [most, setMost] = useState(STEP);
  const list = useRef<HTMLDivElement>(null);
  const { look, goOn } = useReading(list, { feed, open });
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
      onScroll={look}
      onFocusIn={look}
      // Only then it is known where the focus went.
      onFocusOut={() => setTimeout(look)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') choose(event.target);
        else move(event);
      }}
    >
      <News feed={feed} onPress={goOn} />
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
    row.type === 'status' && row.event === open ? <EventRow key={row.key} row={row} open /> : drawnRow(row);
  return rows.map(draw).toReversed();
}

/** What came while somebody reads; whoever paused has a button for it already. */
function News({ feed, onPress }: { feed: Feed | undefined; onPress: () => void }): JSX.Element | null {
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
  /** Older ones have left the list. */
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
  return cut ? <p class="note">Older ones have left this list: replay them with “since”.</p> : null;
}

function Nothing({ filtered }: { filtered: boolean }): JSX.Element {
  return (
    <div class="nothing">
      <p>
        <b>Nothing heard{filtered ? ' that matches' : ' yet'}.</b>
      </p>
      <p class="quiet">
        {filtered
          ? 'Events that match appear here as they come. “since” looks further back, Reset shows everything.'
          : 'Events appear here as organisations exchange notices: what was submitted, decided, delivered, receipted.'}
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
