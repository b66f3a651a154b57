import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ShownSession } from '../../shown.js';
import { TextBox } from '../widgets/text-box.js';

interface FiltersProps {
  /** True if the filters are shown on a narrow screen; a wide screen always shows them. */
  readonly shown: boolean;
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  /** The default of `since`. */
  readonly since: string;
  readonly onChange: (query: URLSearchParams) => void;
}

interface Choice {
  readonly value: string;
  readonly text: string;
}

const SINCE: readonly Choice[] = [
  { value: 'now', text: 'from now on' },
  { value: '5m', text: 'last 5 minutes' },
  { value: '15m', text: 'last 15 minutes' },
  { value: '1h', text: 'last hour' },
  { value: '24h', text: 'last 24 hours' },
];

/** The filters of the tail. Each change calls `onChange` with the complete parameters of the new address. */
export function TailFilters({ shown, session, query, since, onChange }: FiltersProps): JSX.Element {
  const plain = (words: readonly string[]): readonly Choice[] =>
    words.map((value) => ({ value, text: value }));
  const orgs = session.organisations.map(({ id, name }) => ({ value: id, text: `${id} – ${name}` }));
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(query);
    next.set(name, value);
    onChange(next);
  };
  const bound = (name: string) => ({
    name,
    value: query.get(name) ?? '',
    onChange: (value: string) => set(name, value),
  });
  return (
    <form
      class={shown ? 'filters shown' : 'filters'}
      aria-label="Filters"
      onSubmit={(event) => event.preventDefault()}
    >
      <Menu {...bound('event')} choices={plain(session.events)} />
      <Menu {...bound('from')} choices={orgs} />
      <Menu {...bound('to')} choices={orgs} />
      <Menu {...bound('kind')} choices={plain(session.kinds)} />
      <Menu {...bound('outcome')} choices={plain(session.outcomes)} />
      <TextBox
        {...bound('subject')}
        placeholder="status.>"
        title="NATS wildcards: * is one token, > the rest. status.<event>.<from>.<to>.<kind>"
      />
      <Since value={query.get('since') ?? since} onChange={(value) => set('since', value)} />
      <button type="button" class="plain" onClick={() => onChange(new URLSearchParams())}>
        Reset
      </button>
    </form>
  );
}

function Since({ value, onChange }: { value: string; onChange: (value: string) => void }): JSX.Element {
  const isOwn = !SINCE.some((choice) => choice.value === value);
  return (
    <label class="field">
      <span>since</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {isOwn && <option value={value}>{value}</option>}
        {SINCE.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface MenuProps {
  readonly name: string;
  readonly choices: readonly Choice[];
  /** The chosen values, separated by commas; empty for any. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A list of check boxes that opens below its name; Escape or a click outside closes it. */
function Menu({ name, choices, value, onChange }: MenuProps): JSX.Element {
  const chosen = value === '' ? [] : value.split(',');
  const box = useRef<HTMLDetailsElement>(null);
  useCloseOutside(box);
  const toggle = (word: string): void => {
    const next = chosen.includes(word) ? chosen.filter((one) => one !== word) : [...chosen, word];
    onChange(next.join(','));
  };
  const summary = chosen.length > 2 ? `${chosen.length} chosen` : chosen.join(', ');
  return (
    <details class="menu" ref={box} name="filter">
      <summary>
        {name} <b>{summary === '' ? 'any' : summary}</b>
      </summary>
      <fieldset>
        <legend class="hidden">{name}</legend>
        {choices.map(({ value: word, text }) => (
          <label key={word}>
            <input type="checkbox" checked={chosen.includes(word)} onChange={() => toggle(word)} />
            {text}
          </label>
        ))}
        <button type="button" class="plain" disabled={chosen.length === 0} onClick={() => onChange('')}>
          Any
        </button>
      </fieldset>
    </details>
  );
}

function useCloseOutside(box: { readonly current: HTMLDetailsElement | null }): void {
  useEffect(() => {
    const close = (event: Event): void => {
      const { current } = box;
      if (current === null || !current.open) return;
      const isEscape = event instanceof KeyboardEvent && event.key === 'Escape';
      const isOutside = event.type === 'pointerdown' && !current.contains(event.target as Node);
      if (isEscape || isOutside) current.open = false;
      if (isEscape) current.querySelector('summary')?.focus();
    };
    for (const name of ['keydown', 'pointerdown']) addEventListener(name, close);
    return () => {
      for (const name of ['keydown', 'pointerdown']) removeEventListener(name, close);
    };
  }, []);
}
