import type { JSX, VNode } from 'preact';
import { shortId } from '../../../shared/notice/short-id.js';
import { toneOf } from '../../../shared/wire/status-words.js';
import type { ShownEvent } from '../../shown.js';
import type { FeedRow } from './feed-link.js';
import { count, timeOf } from '../format.js';
import { NoticeLink } from '../notice/notice-link.js';

/** The rendered rows. A row never changes, so its node is reused and Preact skips it. */
const nodes = new WeakMap<FeedRow, VNode>();

/** Returns the rendered row, from the cache if possible. */
export function renderRow(row: FeedRow): VNode {
  const known = nodes.get(row);
  if (known !== undefined) return known;
  const node = row.type === 'gap' ? <GapRow key={row.key} row={row} /> : <EventRow key={row.key} row={row} />;
  nodes.set(row, node);
  return node;
}

/** Returns the accessible name of a row, which Chromium does not derive from its cells. */
function nameOf({ event, originator = '', recipient, kind = '', heard }: ShownEvent): string {
  const to = recipient === undefined ? '' : `to ${recipient}`;
  const words = [event, kind, originator, to].filter((word) => word !== '');
  return `${words.join(' ')}, ${timeOf(heard)}`;
}

interface EventRowProps {
  readonly row: Extract<FeedRow, { type: 'status' }>;
  /** True if the detail of its event is open. */
  readonly open?: boolean;
}

/** One event as a row of the table. */
export function EventRow({ row: { key, event }, open = false }: EventRowProps): JSX.Element {
  const { originator, recipient, kind, jti, sections, rules, simulated } = event;
  const why = event.event === 'denied' && rules?.length === 0 ? 'no rule permits it' : rules?.join(' ');
  return (
    <tr
      role="row"
      aria-label={nameOf(event)}
      tabIndex={-1}
      data-key={key}
      aria-current={open ? 'true' : undefined}
    >
      <td role="cell" class="time">
        {timeOf(event.heard)}
      </td>
      <td role="cell" class={`event ${simulated === true ? 'calm' : toneOf(event.event)}`}>
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
          {jti === undefined ? undefined : shortId(jti)}
        </NoticeLink>
      </td>
      <td role="cell" class="why">
        <Code event={event} />
        {event.what !== undefined && <span>{event.what} </span>}
        {sections?.join(' ')}
        {why !== undefined && <span class="quiet"> {why}</span>}
      </td>
    </tr>
  );
}

function Code({ event: { code, simulated } }: { event: ShownEvent }): JSX.Element | null {
  if (code === undefined) return null;
  return simulated === true ? <span class="quiet">{code} simulated </span> : <b class="code">{code} </b>;
}

function GapRow({ row: { key, gap } }: { row: Extract<FeedRow, { type: 'gap' }> }): JSX.Element {
  return (
    <tr role="row" class="gap" data-key={key}>
      <td role="cell" colSpan={6}>
        … {gapWords(gap)}
      </td>
    </tr>
  );
}

function gapWords({ missed, source, older, heard }: Extract<FeedRow, { type: 'gap' }>['gap']): string {
  if (older === true) return `events before ${new Date(heard).toLocaleString()} are no longer kept`;
  if (missed === undefined) return `some events around ${timeOf(heard)} were not received`;
  return `${count(missed)} ${missed === 1 ? 'event' : 'events'} of ${source ?? 'a source'} not received`;
}
