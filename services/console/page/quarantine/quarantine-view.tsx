import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownQuarantine } from '../../../shared/wire/shown-quarantine.js';
import type { ShownSession } from '../../shown.js';
import { ask } from '../api.js';
import { EntryDetail } from './entry-detail.js';
import { type Polled, usePolled } from '../poll.js';
import { Prose } from '../widgets/prose.js';
import { QuarantineFilters } from './quarantine-filters.js';
import { QuarantineTable } from './quarantine-table.js';
import { addressOf, go } from '../route.js';

interface QuarantineProps {
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  readonly onOver: () => void;
}

const FILTERS = ['org', 'state', 'reason', 'entry'];
const OPEN = /^([a-z0-9][a-z0-9-]{0,63}):([0-9a-f]{64})$/;

/** What the console is asked for; another parameter of the address is nobody's. */
function questionOf(query: URLSearchParams): string {
  const asked = [...FILTERS, 'after'].map((name) => [name, query.get(name) ?? ''] as const);
  return addressOf('/v1/quarantine', new URLSearchParams(asked.map(([name, value]) => [name, value])));
}

export function QuarantineView({ session, query, onOver }: QuarantineProps): JSX.Element {
  const found = usePolled<ShownQuarantine>(questionOf(query), onOver);
  const [, org, entry] = OPEN.exec(query.get('open') ?? '') ?? [];
  const show = (change: Readonly<Record<string, string>>): void =>
    go('/quarantine', new URLSearchParams([...new Map([...query, ...Object.entries(change)])]));
  return (
    <div class="tail quarantine">
      <h1 class="hidden">Quarantine</h1>
      <Asking session={session} query={query} found={found} onPage={(after) => show({ after })} />
      <div class={entry === undefined ? 'split' : 'split open'}>
        <List found={found} query={query} />
        {org !== undefined && entry !== undefined && (
          <EntryDetail
            key={`${org}:${entry}`}
            session={session}
            org={org}
            entry={entry}
            onClose={() => show({ open: '' })}
            onOver={onOver}
            onChanged={found.again}
          />
        )}
      </div>
    </div>
  );
}

function List({ found, query }: { found: Polled<ShownQuarantine>; query: URLSearchParams }): JSX.Element {
  const { value, trouble } = found;
  const filtered = FILTERS.some((name) => query.get(name));
  return (
    <div class="list" role="region" aria-label="Quarantine, newest first" tabIndex={0}>
      {value === undefined ? (
        <p class="nothing">{trouble === '' ? 'Loading …' : <Prose text={trouble} />}</p>
      ) : (
        <QuarantineTable entries={value.entries} query={query} filtered={filtered} />
      )}
    </div>
  );
}

/** Those of the newest entries, and of whatever was shown since: who chose one may choose another. */
function useReasons(shown: ShownQuarantine | undefined): readonly string[] {
  const [newest, setNewest] = useState<ShownQuarantine>();
  const known = useRef(new Set<string>());
  useEffect(() => {
    void ask<ShownQuarantine>('/v1/quarantine').then((answer) => answer.ok && setNewest(answer.value));
  }, []);
  for (const page of [newest, shown]) page?.entries.forEach(({ reason }) => known.current.add(reason));
  return [...known.current].toSorted();
}

interface AskingProps {
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  readonly found: Polled<ShownQuarantine>;
  readonly onPage: (after: string) => void;
}

/** What is asked for, and which page of it. */
function Asking({ session, query, found, onPage }: AskingProps): JSX.Element {
  const [filtering, setFiltering] = useState(false);
  const { value, trouble } = found;
  const reasons = useReasons(value);
  const next = value?.next ?? '';
  const stale = value === undefined || trouble === '' ? '' : trouble;
  return (
    <>
      <QuarantineFilters
        shown={filtering}
        session={session}
        query={query}
        reasons={reasons}
        onChange={(changed) => go('/quarantine', changed)}
      />
      <div class="tools">
        <button type="button" disabled={!query.get('after')} onClick={() => onPage('')}>
          BoundedMap
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
