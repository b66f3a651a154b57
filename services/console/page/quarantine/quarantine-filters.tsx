import type { JSX } from 'preact';
import type { ShownSession } from '../../shown.js';
import { TextBox } from '../widgets/text-box.js';

interface FiltersProps {
  /** On a narrow screen they are shown on demand. */
  readonly shown: boolean;
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  /** To choose from. */
  readonly reasons: readonly string[];
  readonly onChange: (query: URLSearchParams) => void;
}

export function QuarantineFilters({ shown, session, query, reasons, onChange }: FiltersProps): JSX.Element {
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(query);
    next.set(name, value);
    // The place in another list means nothing in this one.
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
      {session.org === null && <Choice {...bound('org')} label="organisation" choices={orgs} />}
      <Choice {...bound('state')} label="state" choices={['open', 'closed']} />
      <Choice {...bound('reason')} label="reason" choices={reasons} />
      <TextBox {...bound('entry')} placeholder="3f9a27c0" title="The first digits of its digest, in hex" />
      <button type="button" class="plain" onClick={() => onChange(new URLSearchParams())}>
        Reset
      </button>
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly choices: readonly string[];
}

function Choice({ label, value, choices, onChange }: ChoiceProps): JSX.Element {
  const known = value === '' || choices.includes(value) ? choices : [value, ...choices];
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">any</option>
        {known.map((word) => (
          <option key={word} value={word}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}
