import type { ComponentChildren, JSX } from 'preact';
import type { ShownFlow, ShownOrganisation, Untold } from '../../shown.js';
import { count, remaining, formatDuration } from '../format.js';

/** The state of each organisation, from status events and the signed directory. */
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
        {org.state !== 'member' && <b class="code"> {org.state}</b>}
        {org.silent && (
          <b class="code" title="it was sent a delivery and has not answered since">
            {' '}
            silent
          </b>
        )}
      </th>
      {COLUMNS.slice(1).map(({ word, hiddenAs, show }) => (
        <td key={word} data-word={word} class={org.silent && AGE_COLUMNS.includes(word) ? 'bad' : ''}>
          {hiddenAs !== undefined && org.untold.includes(hiddenAs) ? '?' : show(org, now)}
        </td>
      ))}
    </tr>
  );
}

interface Column {
  readonly word: string;
  readonly says: string;
  /** The name of the column in `untold`, if it may be hidden from a viewer. */
  readonly hiddenAs?: Untold;
  readonly show: (org: ShownOrganisation, now: number) => ComponentChildren;
}

/** The columns that are marked for a silent organisation. */
const AGE_COLUMNS: readonly string[] = ['oldest', 'last contact'];

const ago = (iso: string | null, now: number): string =>
  iso === null ? '–' : `${formatDuration(Math.max(0, now - Date.parse(iso)))} ago`;
const countOrDash = (value: number | null): string => (value === 0 || value === null ? '–' : count(value));

const COLUMNS: readonly Column[] = [
  { word: 'organisation', says: 'as the signed directory names it', show: ({ id }) => id },
  {
    word: 'sent',
    hiddenAs: 'submitted',
    says: 'notices submitted, in the window',
    show: ({ submitted }) => countOrDash(submitted),
  },
  {
    word: 'lag',
    says: 'mean time from a delivery to its receipt, in the window',
    show: ({ lagMs }) => (lagMs === null ? '–' : formatDuration(lagMs)),
  },
  {
    word: 'pending',
    hiddenAs: 'pending',
    says: 'deliveries without a receipt yet',
    show: ({ pending }) => countOrDash(pending),
  },
  {
    word: 'oldest',
    hiddenAs: 'oldestPending',
    says: 'the oldest delivery without a receipt',
    show: ({ oldestPending }, now) => ago(oldestPending, now),
  },
  {
    word: 'parked',
    hiddenAs: 'parked',
    says: 'pending deliveries that wait at the hub for the gateway',
    show: ({ parked }) => countOrDash(parked),
  },
  {
    word: 'deferred',
    hiddenAs: 'deferred',
    says: 'pending deliveries that the originator’s gateway offers again later',
    show: ({ deferred }) => countOrDash(deferred),
  },
  {
    word: 'refusals',
    says: 'refused, quarantined and rejected by reason, in the window',
    // A viewer that may not see what an organisation submitted may not see its refusals either.
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
    hiddenAs: 'lastContact',
    says: 'time of its last accepted action, within the last day',
    show: ({ lastContact }, now) => ago(lastContact, now),
  },
  {
    word: 'key expiry',
    says: 'the next of its keys to expire',
    show: ({ nextKeyExpiry }, now) =>
      nextKeyExpiry === null ? 'no valid key' : `in ${remaining(Date.parse(nextKeyExpiry.at) - now)}`,
  },
];
