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

/** The findings of `policy check`; a finding in the open file moves the caret to its place. */
export function FindingList({ path, lints, onJump }: FindingListProps): JSX.Element {
  const { value, errorText, isLoading } = lints;
  return (
    <section class="card" aria-labelledby="lints-title">
      <header>
        <h2 id="lints-title">Findings</h2>
        <span class="quiet" role="status">
          {isLoading ? 'checking …' : value === undefined ? '' : summaryOf(value.findings)}
        </span>
      </header>
      {errorText !== '' && <p class="fault">{errorText}</p>}
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
  if (findings.length === 0) return 'no findings';
  const counts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return counts.join(', ');
}
