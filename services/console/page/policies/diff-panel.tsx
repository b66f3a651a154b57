import type { JSX } from 'preact';
import type { ShownChange, ShownDiff } from '../../policies/shown-policies.js';
import { count } from '../format.js';
import type { AskingProps } from './asking.js';
import { counterexampleWords } from './counterexample-words.js';
import { Panel } from './panel.js';
import { TrafficPanel } from './traffic-panel.js';
import { useAnswer } from './use-answer.js';

/** The edit against what is live, over every notice that the rules can tell apart. */
export function DiffPanel({ edit, onOver }: AskingProps): JSX.Element {
  const answer = useAnswer<ShownDiff>('diff', edit, onOver);
  return (
    <>
      <Panel title="What changes" answer={answer} summary={summaryOf} show={(value) => <Diff {...value} />} />
      <TrafficPanel edit={edit} onOver={onOver} />
    </>
  );
}

const idsIn = (changes: readonly ShownChange[]): readonly string[] => [
  ...new Set(changes.map(({ id }) => id)),
];

function summaryOf({ loosened, tightened, reasonOnly }: ShownDiff): string {
  const [a, b, c] = [loosened, tightened, reasonOnly].map((changes) => idsIn(changes).length);
  return a === 0 && b === 0 && c === 0 ? 'nothing' : `${a} loosened, ${b} tightened, ${c} by other rules`;
}

function Diff({ domain, loosened, tightened, reasonOnly }: ShownDiff): JSX.Element {
  return (
    <>
      <p class="quiet">
        Covers {count(domain.size)} decisions that the rules can tell apart,{' '}
        {domain.complete ? 'complete' : `not complete: ${domain.cut.join('; ')}`}.
      </p>
      <Changes
        tone="bad"
        title="Loosened"
        says="more is given or told, or less asked for it"
        changes={loosened}
      />
      <Changes
        tone="good"
        title="Tightened"
        says="less is given or told, or more asked"
        changes={tightened}
      />
      <Changes
        tone="quiet"
        title="Reason only"
        says="the same, by other rules or words"
        changes={reasonOnly}
      />
    </>
  );
}

interface ChangesProps {
  readonly tone: string;
  readonly title: string;
  readonly says: string;
  readonly changes: readonly ShownChange[];
}

function Changes({ tone, title, says, changes }: ChangesProps): JSX.Element | null {
  const ids = idsIn(changes);
  if (ids.length === 0) return null;
  return (
    <section class="changes" aria-label={title}>
      <h3>
        <span class={tone}>
          {title} {ids.length}
        </span>{' '}
        {says}
      </h3>
      <ul>
        {ids.map((id) => (
          <Change key={id} kinds={changes.filter((change) => change.id === id)} />
        ))}
      </ul>
    </section>
  );
}

/** One change with all the kinds of notices that it concerns. */
function Change({ kinds }: { kinds: readonly ShownChange[] }): JSX.Element | null {
  const [first] = kinds;
  if (first === undefined) return null;
  const { id, org, layer, permission, section, obligation, rules, approved } = first;
  const routes = [...new Set(kinds.flatMap((kind) => kind.routes.map(({ from, to }) => `${from} → ${to}`)))];
  return (
    <li>
      <p>
        <code>{id}</code> <b>{section === null ? permission : `${permission} ${section}`}</b>{' '}
        <span class="quiet">
          {org}
          {layer === 'federation' ? '' : ` ${layer}`}
        </span>{' '}
        {approved !== undefined && (
          <span class={approved ? 'good' : 'bad'}>{approved ? '✓ approved' : '✗ not approved'}</span>
        )}
      </p>
      <p>
        {rules.before.join(', ') || 'no rule'} → {rules.after.join(', ') || 'no rule'}
        {obligation === undefined ? '' : ` (asks ${obligation})`}
      </p>
      <p class="quiet">
        {kinds.map(({ kind }) => kind).join(', ')}: {routes.slice(0, 6).join(', ')}
        {routes.length > 6 ? ` and ${routes.length - 6} more` : ''}
      </p>
      <p>For example: {counterexampleWords(first.counterexample)}</p>
    </li>
  );
}
