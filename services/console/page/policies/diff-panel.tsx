import type { JSX } from 'preact';
import type { ShownChange, ShownContradicted, ShownDiff } from '../../policies/shown-policies.js';
import { count } from '../format.js';
import type { WorkbenchPanelProps } from './workbench-panel.js';
import { Panel } from './panel.js';
import { TrafficPanel } from './traffic-panel.js';
import { useAnswer } from './use-answer.js';

/** The differences of the edited rules from the live ones, over the whole attribute domain and over recorded notices. */
export function DiffPanel({ edit, onSessionEnd }: WorkbenchPanelProps): JSX.Element {
  const answer = useAnswer<ShownDiff | ShownContradicted>('diff', edit, onSessionEnd);
  return (
    <>
      <Panel title="What changes" answer={answer} summary={summaryOf} show={show} />
      <TrafficPanel edit={edit} onSessionEnd={onSessionEnd} />
    </>
  );
}

const idsIn = (changes: readonly ShownChange[]): readonly string[] => [
  ...new Set(changes.map(({ id }) => id)),
];

function summaryOf(value: ShownDiff | ShownContradicted): string {
  if ('contradicted' in value) return 'no verdict';
  const { loosened, tightened, errors, reasonOnly } = value;
  const [a, b, c, d] = [loosened, tightened, errors, reasonOnly].map((changes) => idsIn(changes).length);
  const failing = c === 0 ? '' : `, ${c} with errors`;
  return [a, b, c, d].every((n) => n === 0)
    ? 'nothing'
    : `${a} loosened, ${b} tightened${failing}, ${d} reason only`;
}

function show(value: ShownDiff | ShownContradicted): JSX.Element {
  return 'contradicted' in value ? <Contradicted {...value.contradicted} /> : <Diff {...value} />;
}

/** Says that the comparison gives no verdict, because its recheck found a contradiction. */
function Contradicted({ seed, notices }: ShownContradicted['contradicted']): JSX.Element {
  return (
    <p class="fault" role="alert">
      The analysis contradicts the evaluator, which decides otherwise at one of {count(notices)} random
      notices (seed {seed}). This is a defect of this program, please report it. What the edit loosens or
      tightens is not known; <code>policy diff</code> shows the notice.
    </p>
  );
}

function Diff({ domain, floor, loosened, tightened, errors, reasonOnly }: ShownDiff): JSX.Element {
  return (
    <>
      <p class="quiet">
        Covers {count(domain.size)} decisions that the rules distinguish,{' '}
        {domain.complete ? 'complete' : `not complete: ${domain.cut.join('; ')}`}; checked again at{' '}
        {count(floor.notices)} random notices.
      </p>
      <Changes
        tone="bad"
        title="Loosened"
        says="recipients get or learn more, or have fewer obligations"
        changes={loosened}
      />
      <Changes
        tone="good"
        title="Tightened"
        says="recipients get or learn less, or have more obligations"
        changes={tightened}
      />
      <Changes
        tone="bad"
        title="Errors"
        says="denied because a rule cannot be evaluated, or because something does not fit the schema"
        changes={errors}
      />
      <Changes
        tone="quiet"
        title="Reason only"
        says="the same decision, by other rules or for other reasons"
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

/** One change of the rules, with the kinds of notices and the routes that it affects. */
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
        {obligation === undefined ? '' : ` (obligation ${obligation})`}
      </p>
      <p class="quiet">
        {kinds.map(({ kind }) => kind).join(', ')}: {routes.slice(0, 6).join(', ')}
        {routes.length > 6 ? ` and ${routes.length - 6} more` : ''}
      </p>
      <p>For example: {counterexampleWords(first.counterexample)}</p>
    </li>
  );
}

/**
 * Describes a counterexample: `a red notice from europol to gccpol (tlp amber; codes A, B), section
 * biometrics.`
 */
function counterexampleWords({ header, from, to, section }: ShownChange['counterexample']): string {
  const { originator: _originator, kind, ...rest } = header as Readonly<Record<string, unknown>>;
  const facts = Object.entries(rest).flatMap(([name, value]) => {
    const words = wordsOf(value);
    return words === '' ? [] : [`${spaced(name)} ${words}`];
  });
  const about = facts.length === 0 ? '' : ` (${facts.join('; ')})`;
  return `a ${String(kind)} notice from ${from} to ${to}${about}${section === null ? '' : `, section ${section}`}.`;
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  return Object.entries(value)
    .map(([name, inner]) => `${spaced(name)} ${wordsOf(inner)}`)
    .join(', ');
}

/** Splits a name into words: `personStatus` becomes `person status`. */
const spaced = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
