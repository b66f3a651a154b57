import type { JSX } from 'preact';
import type { ShownFinding, ShownLints } from '../../policies/shown-policies.js';
import type { CaretPosition } from './rule-editor.js';
import type { AnswerState } from './use-answer.js';

interface FindingListProps {
  readonly path: string;
  readonly lints: AnswerState<ShownLints>;
  readonly onJump: (place: CaretPosition) => void;
}

const COLOURS = { error: 'bad', warning: 'part', note: 'quiet' } as const;

/** What is to be mended, as `policy check` says it; those of the open file lead to their place. */
export function FindingList({ path, lints, onJump }: FindingListProps): JSX.Element {
  const { value, trouble, isAsking } = lints;
  return (
    <section class="card" aria-labelledby="lints-title">
      <header>
        <h2 id="lints-title">To mend</h2>
        <span class="quiet" role="status">
          {isAsking ? 'checking …' : value === undefined ? '' : summaryOf(value.findings)}
        </span>
      </header>
      {trouble !== '' && <p class="fault">{trouble}</p>}
      <ul class="findings" aria-label="Findings">
        {value?.findings.map((finding) => (
          <li key={JSON.stringify(finding)}>
            {finding.path === path ? (
              <button type="button" onClick={() => onJump(finding)}>
                <Text finding={finding} />
              </button>
            ) : (
              <div>
                <Text finding={finding} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Text({ finding }: { finding: ShownFinding }): JSX.Element {
  const { severity, lint, path, line, column, message } = finding;
  return (
    <>
      <code>{`${path}:${line}:${column}`}</code> <b class={COLOURS[severity]}>{severity}</b>{' '}
      <span class="quiet">{lint}</span>
      <span class="message">{message}</span>
    </>
  );
}

function summaryOf(findings: readonly ShownFinding[]): string {
  if (findings.length === 0) return 'nothing to mend';
  const counts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return counts.join(', ');
}
