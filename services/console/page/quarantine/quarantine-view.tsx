import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownQuarantine } from '../../../shared/wire/shown-quarantine.js';
import type { ShownSession } from '../../shown.js';
import { requestJson } from '../api.js';
import { EntryDetail } from './entry-detail.js';
import { type Polled, usePolled } from '../poll.js';
import { Prose } from '../widgets/prose.js';
import { QuarantineFilters } from './quarantine-filters.js';
import { QuarantineTable } from './quarantine-table.js';
import { addressOf, navigate } from '../route.js';

interface QuarantineProps {
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  readonly onSessionEnd: () => void;
}

const FILTERS = ['org', 'state', 'reason', 'entry'];
const OPEN = /^([a-z0-9][a-z0-9-]{0,63}):([0-9a-f]{64})$/;

/** Returns the API address for the filters and the page position of the page's address. */
function apiPathOf(query: URLSearchParams): string {
  const parameters = [...FILTERS, 'after'].map((name) => [name, query.get(name) ?? ''] as const);
  return addressOf('/v1/quarantine', new URLSearchParams(parameters.map(([name, value]) => [name, value])));
}

/** The view `/quarantine`: the entries of the quarantine, filtered and in pages, and one opened entry. */
export function QuarantineView({ session, query, onSessionEnd }: QuarantineProps): JSX.Element {
  const found = usePolled<ShownQuarantine>(apiPathOf(query), onSessionEnd);
  const [, org, entry] = OPEN.exec(query.get('open') ?? '') ?? [];
  const show = (change: Readonly<Record<string, string>>): void =>
    navigate('/quarantine', new URLSearchParams([...new Map([...query, ...Object.entries(change)])]));
  return (
    <div class="tail quarantine">
      <h1 class="hidden">Quarantine</h1>
      <Controls session={session} query={query} found={found} onPage={(after) => show({ after })} />
      <div class={entry === undefined ? 'split' : 'split open'}>
        <List found={found} query={query} />
        {org !== undefined && entry !== undefined && (
          <EntryDetail
            key={`${org}:${entry}`}
            session={session}
            org={org}
            entry={entry}
            onClose={() => show({ open: '' })}
            onSessionEnd={onSessionEnd}
            onChanged={found.refresh}
          />
        )}
      </div>
    </div>
  );
}

function List({ found, query }: { found: Polled<ShownQuarantine>; query: URLSearchParams }): JSX.Element {
  const { value, errorText } = found;
  const filtered = FILTERS.some((name) => query.get(name));
  return (
    <div class="list" role="region" aria-label="Quarantine, newest first" tabIndex={0}>
      {value === undefined ? (
        <p class="nothing">{errorText === '' ? 'Loading …' : <Prose text={errorText} />}</p>
      ) : (
        <QuarantineTable entries={value.entries} query={query} filtered={filtered} />
      )}
    </div>
  );
}

/**
 * Returns the reasons of the newest entries and of all pages shown since, so that a filtered list offers all.
 */
function useReasons(shown: ShownQuarantine | undefined): readonly string[] {
  const [newest, setNewest] = useState<ShownQuarantine>();
  const known = useRef(new Set<string>());
  useEffect(() => {
    void requestJson<ShownQuarantine>('/v1/quarantine').then(
      (answer) => answer.ok && setNewest(answer.value),
    );
  }, []);
  for (const page of [newest, shown]) page?.entries.forEach(({ reason }) => known.current.add(reason));
  return [...known.current].toSorted();
}

interface ControlsProps {
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  readonly found: Polled<ShownQuarantine>;
  readonly onPage: (after: string) => void;
}

/** The filters, and the buttons between pages. */
function Controls({ session, query, found, onPage }: ControlsProps): JSX.Element {
  const [filtering, setFiltering] = useState(false);
  const { value, errorText } = found;
  const reasons = useReasons(value);
  const next = value?.next ?? '';
  const stale = value === undefined || errorText === '' ? '' : errorText;
  return (
    <>
      <QuarantineFilters
        shown={filtering}
        session={session}
        query={query}
        reasons={reasons}
        onChange={(changed) => navigate('/quarantine', changed)}
      />
      <div class="tools">
        <button type="button" disabled={!query.get('after')} onClick={() => onPage('')}>
          Newest
        </button>
        <button type="button" disabled={next === ''} onClick={() => onPage(next)}>
          Older
        </button>
        <button
          type="button"
          class="only-narrow"
          aria-expanded={filtering}
          onClick={() => setFiltering(!filtering)}
        >
          Filters
        </button>
        <p class={stale === '' ? 'link' : 'link lost'} role="status">
          {stale}
        </p>
      </div>
    </>
  );
}
