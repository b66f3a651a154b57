import type { JSX, VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ShownEvent } from '../shown.js';
import type { Row } from './feed.js';
import { count, timeOf } from './format.js';
import { NoticeLink } from './notice-link.js';

interface TableProps {
  /** Oldest first; shown newest first. */
  readonly rows: readonly Row[];
  /** Older ones have left the list. */
  readonly cut: boolean;
  readonly filtered: boolean;
  readonly onOpen: (event: ShownEvent) => void;
}

const STEP = 200;

/** Only the newest are drawn; more on demand. Up and down move, Enter opens. */
export function TailTable({ rows, cut, filtered, onOpen }: TableProps): JSX.Element {
  const [most, setMost] = useState(STEP);
  const open = (target: EventTarget | null): void => {
    const row = rowOf(target, rows);
    if (row?.type === 'status') onOpen(row.event);
  };
  const shown = rows.slice(-most).reverse();
  return (
    <div
      class="list"
      role="region"
      aria-label="Status events, newest first"
      tabIndex={0}
      onClick={({ target }) => open(target)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') open(event.target);
        else move(event);
      }}
    >
      {rows.length === 0 ? <Nothing filtered={filtered} /> : <Head />}
      <table role="table" aria-rowcount={rows.length}>
        <tbody role="rowgroup">{shown.map(drawn)}</tbody>
      </table>
      {rows.length > most && (
        <button type="button" class="more" onClick={() => setMost(most + STEP)}>
          Show more ({count(rows.length - most)} older)
        </button>
      )}
      {cut && rows.length <= most && (
        <p class="note">Older ones have left this list: replay them with “since”.</p>
      )}
    </div>
  );
}

function Head(): JSX.Element {
  return (
    <div class="head" aria-hidden="true">
      {['time', 'event', 'kind', 'from → to', 'notice', 'sections · rules'].map((word) => (
        <span key={word}>{word}</span>
      ))}
    </div>
  );
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

/** A row never changes: drawn once, it is the same node for as long as it is shown. */
const nodes = new WeakMap<Row, VNode>();

function drawn(row: Row): VNode {
  const known = nodes.get(row);
  if (known !== undefined) return known;
  const node = row.type === 'gap' ? <GapRow key={row.key} row={row} /> : <EventRow key={row.key} row={row} />;
  nodes.set(row, node);
  return node;
}

function EventRow({ row: { key, event } }: { row: Extract<Row, { type: 'status' }> }): JSX.Element {
  const { originator, recipient, kind, jti, code, sections, rules } = event;
  const why = event.event === 'denied' && rules?.length === 0 ? 'no rule permits it' : rules?.join(' ');
  return (
    <tr role="row" tabIndex={-1} data-key={key}>
      <td role="cell" class="time">
        {timeOf(event.heard)}
      </td>
      <td role="cell" class={`event ${toneOf(event.event)}`}>
        <span class="dot" aria-hidden="true" />
        {event.event}
      </td>
      <td role="cell" class="kind">
        {kind}
      </td>
      <td role="cell" class="pair">
        {originator ?? (recipient === undefined ? '' : '–')}
        {recipient !== undefined && <span class="quiet"> → </span>}
        {recipient}
      </td>
      <td role="cell" class="jti">
        <NoticeLink jti={jti} pointerOnly>
          {jti?.slice(-14)}
        </NoticeLink>
      </td>
      <td role="cell" class="why">
        {code !== undefined && <b class="code">{code} </b>}
        {event.what !== undefined && <span>{event.what} </span>}
        {sections?.join(' ')}
        {why !== undefined && <span class="quiet"> {why}</span>}
      </td>
    </tr>
  );
}

function GapRow({ row: { key, gap } }: { row: Extract<Row, { type: 'gap' }> }): JSX.Element {
  return (
    <tr role="row" class="gap" data-key={key}>
      <td role="cell" colSpan={6}>
        … {gapWords(gap)}
      </td>
    </tr>
  );
}

function gapWords({ missed, source, older, heard }: Extract<Row, { type: 'gap' }>['gap']): string {
  if (older === true) return `what is older than ${new Date(heard).toLocaleString()} is not kept`;
  if (missed === undefined) return `some events around ${timeOf(heard)} were not heard`;
  return `${count(missed)} ${missed === 1 ? 'event' : 'events'} of ${source ?? 'a source'} not heard`;
}

/** What somebody should look at stands out; the word is always there too. */
function toneOf(event: string): 'good' | 'part' | 'bad' | 'new' | 'calm' {
  switch (event) {
    case 'delivered':
    case 'received':
      return 'good';
    case 'redacted':
    case 'parked':
    case 'deferred':
      return 'part';
    case 'denied':
    case 'refused':
    case 'rejected':
    case 'quarantined':
    case 'alarm':
    case 'security':
      return 'bad';
    case 'submitted':
      return 'new';
    default:
      return 'calm';
  }
}

function rowOf(target: EventTarget | null, rows: readonly Row[]): Row | undefined {
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
