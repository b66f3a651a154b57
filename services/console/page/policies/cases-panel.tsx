import type { JSX } from 'preact';
import type { ShownCases, ShownFigure } from '../../policies/shown-policies.js';
import type { WorkbenchPanelProps } from './workbench-panel.js';
import { Panel } from './panel.js';
import { useAnswer } from './use-answer.js';

/** The results of the cases beside the rules, run with the edited text, and their coverage. */
export function CasesPanel({ edit, onSessionEnd }: WorkbenchPanelProps): JSX.Element {
  const answer = useAnswer<ShownCases>('cases', edit, onSessionEnd);
  return <Panel title="Cases" answer={answer} summary={summaryOf} show={(value) => <Cases {...value} />} />;
}

function summaryOf({ cases }: ShownCases): string {
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  return failed === 0 ? `all ${cases.length} hold` : `${failed} of ${cases.length} fail`;
}

function Cases({ cases, coverage }: ShownCases): JSX.Element {
  const failed = cases.filter(({ failures }) => failures.length > 0);
  const held = cases.filter(({ failures }) => failures.length === 0);
  return (
    <>
      <ul class="cases">
        {failed.map(({ name, place, failures }) => (
          <li key={place}>
            <span class="bad">✗</span> <b>{name}</b> <code class="quiet">{place}</code>
            {failures.map(({ says, why }) => (
              <div key={says} class="failure">
                <p>{says}</p>
                {why.map((text) => (
                  <pre key={text}>{text}</pre>
                ))}
              </div>
            ))}
          </li>
        ))}
      </ul>
      <details open={failed.length === 0}>
        <summary>{held.length} hold</summary>
        <ul class="cases">
          {held.map(({ name, place }) => (
            <li key={place}>
              <span class="good">✓</span> {name} <code class="quiet">{place}</code>
            </li>
          ))}
        </ul>
      </details>
      <Coverage {...coverage} />
    </>
  );
}

function Coverage({ rules, conditions, gaps }: ShownCases['coverage']): JSX.Element {
  return (
    <>
      <h3>Coverage</h3>
      <p>
        {figure(rules)} rules applied at least once, {figure(conditions)} conditions seen true and false
      </p>
      <ul class="cases">
        {gaps.map(({ rule, place, says }) => (
          <li key={`${rule} ${says}`}>
            <b>{rule}</b> <code class="quiet">{place}</code> <span class="part">{says}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function figure({ covered, total, percent }: ShownFigure): string {
  return `${covered} of ${total} (${percent} %)`;
}
