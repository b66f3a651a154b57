import type { JSX } from 'preact';
import type { ShownClosed, ShownLine, ShownRule, ShownWhy } from '../../decision/shown-decision.js';

interface WhyProps {
  readonly why: ShownWhy;
  readonly outcome: string;
  readonly because: string | null;
}

/** The reasons of the rules that decided, and the failed conditions for what was denied or withheld. */
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
          <summary>
            {isDenied ? 'Conditions that failed' : 'Conditions that failed for the withheld sections'}
          </summary>
          {closed.map((one, index) => (
            <Closed key={index} closed={one} />
          ))}
        </details>
      )}
    </>
  );
}

/** Returns a warning if the current policies are not those that decided; their rules are then not explained. */
function cautionOf({ rulesHere, sets }: ShownWhy): string {
  switch (rulesHere) {
    case 'same':
      return '';
    case 'other-rules':
      return `Decided by policies other than the current ones (${sets.join(', ')}): reasons and failed conditions cannot be shown.`;
    case 'other-facts':
      return 'The current policies would decide differently: the facts about the two organisations have changed, or an earlier, narrower decision was kept. Failed conditions cannot be shown.';
    case 'unread':
      return 'The current policies cannot be read: rules are shown by name, without their reasons.';
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
    ? 'Handling code H3: only for recipients who may read handlingNote, which is withheld'
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

const MARK_LABELS: Readonly<Record<string, string>> = { '✓': 'holds: ', '✗': 'does not hold: ' };

function Condition({ line }: { line: ShownLine }): JSX.Element {
  const { indent, mark, name = '', text, tone } = line;
  return (
    <li class={`step-${Math.min(indent, 4)} ${tone}`}>
      {mark !== undefined && (
        <>
          <span class="mark" aria-hidden="true">
            {mark}
          </span>
          <span class="hidden">{MARK_LABELS[mark]}</span>
        </>
      )}
      <span>
        {name !== '' && <b>{name}</b>}
        {text.slice(name.length)}
      </span>
    </li>
  );
}
