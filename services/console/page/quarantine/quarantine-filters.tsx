import type { JSX } from 'preact';
import type { ShownSession } from '../../shown.js';
import { SelectBox } from '../widgets/select-box.js';
import { TextBox } from '../widgets/text-box.js';

interface FiltersProps {
  /** True if the filters are shown on a narrow screen; a wide screen always shows them. */
  readonly shown: boolean;
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  /** The reasons to choose from. */
  readonly reasons: readonly string[];
  readonly onChange: (query: URLSearchParams) => void;
}

/** The filters of the list: organisation, state, reason, and the first digits of an entry. */
export function QuarantineFilters({ shown, session, query, reasons, onChange }: FiltersProps): JSX.Element {
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(query);
    next.set(name, value);
    // The page position belongs to the list with the previous filters.
    next.delete('after');
    onChange(next);
  };
  const bound = (name: string) => ({
    name,
    value: query.get(name) ?? '',
    onChange: (value: string) => set(name, value),
  });
  const orgs = session.organisations.map(({ id }) => id);
  return (
    <form
      class={shown ? 'filters shown' : 'filters'}
      aria-label="Filters"
      onSubmit={(event) => event.preventDefault()}
    >
      {session.org === null && <SelectBox {...bound('org')} label="organisation" choices={orgs} />}
      <SelectBox {...bound('state')} label="state" choices={['open', 'closed']} />
      <SelectBox {...bound('reason')} label="reason" choices={reasons} />
      <TextBox {...bound('entry')} placeholder="3f9a27c0" title="The first digits of its digest, in hex" />
      <button type="button" class="plain" onClick={() => onChange(new URLSearchParams())}>
        Reset
      </button>
    </form>
  );
}
