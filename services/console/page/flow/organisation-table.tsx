import type { ComponentChildren, JSX } from 'preact';
import type { ShownFlow, ShownOrganisation, Untold } from '../../shown.js';
import { count, remaining, formatDuration } from '../format.js';

/** How each organisation is, as far as status events and the signed directory tell. */
export function OrganisationTable({ flow }: { flow: ShownFlow }): JSX.Element {
  const now = Date.parse(flow.now);
  return (
    <section class="card" aria-labelledby="organisations-title">
      <header>
        <h2 id="organisations-title">Organisations</h2>
      </header>
      <div class="scroll" role="region" aria-labelledby="organisations-title" tabIndex={0}>
        <table class="organisations">
          <thead>
            <tr>
              {COLUMNS.map(({ word, says }) => (
                <th key={word} scope="col" title={says}>
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {flow.organisations.map((org) => (
              <Row key={org.id} org={org} now={now} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ org, now }: { org: ShownOrganisation; now: number }): JSX.Element {
  return (
    <tr>
      <th scope="row">
        {org.id} <span class="quiet">{org.name}</span>
        {org.suspended && <b class="code"> suspended</b>}
        {org.silent && (
          <b class="code" title="it was sent something, and nothing was heard of it since">
            {' '}
            silent
          </b>
        )}
      </th>
      {COLUMNS.slice(1).map(({ word, of, show }) => (
        <td key={word} data-word={word} class={org.silent && AGES.includes(word) ? 'bad' : ''}>
          {of !== undefined && org.untold.includes(of) ? '?' : show(org, now)}
        </td>
      ))}
    </tr>
  );
}

interface Column {
  readonly word: string;
  readonly says: string;
  /** What it shows, where not everybody is told. */
  readonly of?: Untold;
  readonly show: (org: ShownOrganisation, now: number) => ComponentChildren;
}

/** What tells how long an organisation is silent. */
const AGES: readonly string[] = ['oldest', 'last contact'];

const ago = (iso: string | null, now: number): string =>
  iso === null ? '–' : `${formatDuration(Math.max(0, now - Date.parse(iso)))} ago`;
const some = (value: number | null): string => (value === 0 || value === null ? '–' : count(value));

const COLUMNS: readonly Column[] = [
  { word: 'organisation', says: 'as the signed directory names it', show: ({ id }) => id },
  {
    word: 'sent',
    of: 'submitted',
    says: 'notices submitted, in the window',
    show: ({ submitted }) => some(submitted),
  },
  {
    word: 'lag',
    says: 'mean time from a delivery to its receipt, in the window',
    show: ({ lagMs }) => (lagMs === null ? '–' : formatDuration(lagMs)),
  },
  {
    word: 'pending',
    of: 'pending',
    says: 'deliveries without a receipt heard yet',
    show: ({ pending }) => some(pending),
  },
  {
    word: 'oldest',
    of: 'oldestPending',
    says: 'the oldest delivery without a receipt',
    show: ({ oldestPending }, now) => ago(oldestPending, now),
  },
  { word: 'parked', of: 'parked', says: 'of these: not yet taken', show: ({ parked }) => some(parked) },
  {
    word: 'deferred',
    of: 'deferred',
    says: 'of these: offered again later',
    show: ({ deferred }) => some(deferred),
  },
  {
    word: 'refusals',
    says: 'refused, quarantined and rejected by reason, in the window',
    // Who is not told what it submits is not told what was refused of it.
    show: ({ refusals, untold }) =>
      refusals.length === 0
        ? untold.includes('submitted')
          ? '?'
          : '–'
        : refusals.map(({ code, count: times }) => (
            <span key={code} class="refusal">
              {code} ×{count(times)}
            </span>
          )),
  },
  {
    word: 'last contact',
    of: 'lastContact',
    says: 'when something was heard last that it did and that was taken, within a day',
    show: ({ lastContact }, now) => ago(lastContact, now),
  },
  {
    word: 'key expiry',
    says: 'the next of its keys to expire',
    show: ({ nextKeyExpiry }, now) =>
      nextKeyExpiry === null ? 'no valid key' : `in ${remaining(Date.parse(nextKeyExpiry.at) - now)}`,
  },
];
