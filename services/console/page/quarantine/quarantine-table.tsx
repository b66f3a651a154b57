import type { JSX } from 'preact';
import type { ShownEntry } from '../../../shared/wire/shown-quarantine.js';
import { shownState, stateTone } from './entry-detail.js';
import { count, dayTimeInDigits, zoneName } from '../format.js';
import { addressOf, followLink } from '../route.js';
import { TableHead } from '../widgets/table-head.js';

interface TableProps {
  readonly entries: readonly ShownEntry[];
  readonly query: URLSearchParams;
  readonly filtered: boolean;
}

/** The entries of one page, newest first; each digest links to its entry. */
export function QuarantineTable({ entries, query, filtered }: TableProps): JSX.Element {
  if (entries.length === 0) return <Nothing filtered={filtered} />;
  return (
    <table role="table" aria-label="Entries, newest first">
      <TableHead words={[`since ${zoneName()}`, 'state', 'from', 'entry', 'what', 'reason']} />
      <tbody role="rowgroup">
        {entries.map((entry) => (
          <EntryRow key={`${entry.org} ${entry.entry}`} entry={entry} query={query} />
        ))}
      </tbody>
    </table>
  );
}

function EntryRow({ entry, query }: { entry: ShownEntry; query: URLSearchParams }): JSX.Element {
  const { org, what, size, at, reason } = entry;
  const state = shownState(entry);
  const name = `${org}:${entry.entry}`;
  const next = new URLSearchParams(query);
  next.set('open', name);
  const isOpen = query.get('open') === name;
  return (
    <tr role="row" class={isOpen ? 'chosen' : ''} onClick={followLink('/quarantine', next)}>
      <td role="cell" class="time">
        {dayTimeInDigits(at)}
      </td>
      <td role="cell" class={`state ${stateTone(state)}`}>
        <span class="dot" aria-hidden="true" />
        {state}
      </td>
      <td role="cell" class="org">
        {org}
      </td>
      <td role="cell" class="digest">
        <a href={addressOf('/quarantine', next)} aria-current={isOpen ? 'true' : undefined}>
          <code>{entry.entry.slice(0, 12)}</code>
        </a>
      </td>
      <td role="cell" class="what">
        {what} <span class="quiet">{count(size)} B</span>
      </td>
      <td role="cell" class="reason">
        {state === 'simulated' ? <span class="quiet">{reason}</span> : <b class="code">{reason}</b>}
      </td>
    </tr>
  );
}

function Nothing({ filtered }: { filtered: boolean }): JSX.Element {
  return (
    <div class="nothing">
      <p>
        <b>{filtered ? 'Nothing in quarantine matches.' : 'Nothing is in quarantine.'}</b>
      </p>
      <p class="quiet">
        Messages that cannot be trusted or read are kept here with the reason, until they are replayed or
        discarded.
      </p>
    </div>
  );
}
