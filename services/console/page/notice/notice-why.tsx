import type { JSX } from 'preact';
import type { ShownClosed, ShownLine, ShownRule, ShownWhy } from '../../decision/shown-decision.js';

interface WhyProps {
  readonly why: ShownWhy;
  readonly outcome: string;
  readonly because: string | null;
}

/** The rules that decided in their own words, and of what is closed the conditions that stood against it. */
export function NoticeWhy({ why, outcome, because }: WhyProps): JSX.Element {
  const { rules, closed } = why;
  const isDenied = outcome === 'denied';
  const caution = cautionOf(why);
  return (
    <>
      {caution !== '' && <p class="part">{caution}</p>}
      {isDenied && because === null && rules.length === 0 && <p>No rule permits it.</p>}
      {rules.length > 0 && (
        <details open={isDenied}>
          <summary>
            {rules.length === 1 ? 'The rule that decided' : `The ${rules.length} rules that decided`}
          </summary>
          <Rules rules={rules} />
        </details>
      )}
      {closed.length > 0 && (
        <details open={isDenied}>
          <summary>{isDenied ? 'What stood against it' : 'What stood against the withheld sections'}</summary>
          {closed.map((one, index) => (
            <Closed key={index} closed={one} />
          ))}
        </details>
      )}
    </>
  );
}

/** Never the words of a text that did not decide. */
function cautionOf({ rulesHere, sets }: ShownWhy): string {
  switch (rulesHere) {
    case 'same':
      return '';
    case 'other-rules':
      return `Decided by other policies than are here now (${sets.join(', ')}): their words, and what was near, cannot be told.`;
    case 'other-facts':
      return 'Decided again it would come out otherwise now: what the directory says of the two has changed, or an upper bound counted. What was near cannot be told.';
    case 'unread':
      return 'The policies here cannot be read now: rules are named, and not told.';
  }
}

function Rules({ rules }: { rules: readonly ShownRule[] }): JSX.Element {
  return (
    <ul class="rules">
      {rules.map(({ layer, id, reason, article }) => (
        <li key={`${layer} ${id}`}>
          <span class="quiet">{layer}</span>{' '}
          <span>
            <b>{id}</b>
            {reason !== null && <> {reason}</>}
            {article !== null && <span class="quiet"> ({article})</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Closed({ closed }: { closed: ShownClosed }): JSX.Element {
  const { section, restriction, layer, lines } = closed;
  const what = restriction
    ? 'With H3 it goes only to who may read handlingNote, which is withheld'
    : (section ?? 'The notice');
  return (
    <div class="closed">
      <h4>
        {what} <span class="quiet">closed by {layer}</span>
      </h4>
      <ul>
        {lines.map((line, index) => (
          <Condition key={index} line={line} />
        ))}
      </ul>
    </div>
  );
}

const SAID: Readonly<Record<string, string>> = { '✓': 'holds: ', '✗': 'does not hold: ' };

function Condition({ line }: { line: ShownLine }): JSX.Element {
  const { indent, mark, name = '', text, tone } = line;
  return (
    <li class={`step-${Math.min(indent, 4)} ${tone}`}>
      {mark !== undefined && (
        <>
          <span class="mark" aria-hidden="true">
            {mark}
          </span>
          <span class="hidden">{SAID[mark]}</span>
        </>
      )}
      <span>
        {name !== '' && <b>{name}</b>}
        {text.slice(name.length)}
      </span>
    </li>
  );
}
