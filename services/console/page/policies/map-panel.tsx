import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ShownMap, ShownMapCell } from '../../policies/shown-policies.js';
import type { WorkbenchPanelProps } from './workbench-panel.js';
import { ChoiceField } from './choice-field.js';
import { Panel } from './panel.js';
import { useAnswer } from './use-answer.js';

const STATES = { open: '● all', partly: '◐ part', closed: '○ nothing' } as const;
const TONES = { open: 'good', partly: 'part', closed: 'quiet' } as const;

/** The exchange map: how much of a kind's example each originator gives each recipient, like `policy map`. */
export function MapPanel({ edit, kinds, onSessionEnd }: WorkbenchPanelProps): JSX.Element {
  const [of, setOf] = useState('edited');
  const [kind, setKind] = useState(kinds[0] ?? '');
  const answer = useAnswer<ShownMap>('map', { ...edit, of }, onSessionEnd);
  const tools = (
    <div class="choices">
      <ChoiceField label="rules" value={of} of={['edited', 'live']} onChoose={setOf} />
      <ChoiceField label="kind" value={kind} of={kinds} onChoose={setKind} />
    </div>
  );
  return (
    <Panel
      title="Exchange map"
      answer={answer}
      tools={tools}
      summary={summaryOf}
      show={(map) => <Matrix map={map} kind={kind} />}
    />
  );
}

function summaryOf({ cells }: ShownMap): string {
  const of = (state: ShownMapCell['state']): number => cells.filter((cell) => cell.state === state).length;
  return `${of('open')} routes open, ${of('partly')} in part, ${of('closed')} closed`;
}

function Matrix({ map, kind }: { map: ShownMap; kind: string }): JSX.Element {
  const { basis, organisations, cells, faults } = map;
  const of = cells.filter((cell) => cell.kind === kind);
  const originators = organisations.filter((from) => of.some((cell) => cell.from === from));
  return (
    <>
      <p class="quiet">One row per originator, {basis}.</p>
      {faults.length > 0 && <p class="fault">could not be evaluated: {faults.join(', ')}</p>}
      <div class="scroll" role="region" aria-label={`Exchange of ${kind} notices`} tabIndex={0}>
        <table class="sees">
          <thead>
            <tr>
              <th scope="col">from ↓ to →</th>
              {organisations.map((to) => (
                <th key={to} scope="col">
                  {to}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {originators.map((from) => (
              <tr key={from}>
                <th scope="row">{from}</th>
                {organisations.map((to) => (
                  <Cell key={to} cell={of.find((cell) => cell.from === from && cell.to === to)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Cell({ cell }: { cell: ShownMapCell | undefined }): JSX.Element {
  if (cell === undefined) return <td />;
  return (
    <td>
      <b class={TONES[cell.state]}>{STATES[cell.state]}</b>
      <small>{whyOf(cell)}</small>
    </td>
  );
}

function whyOf({ state, layer = '', rule, withheld = [] }: ShownMapCell): string {
  if (state === 'closed') return rule ?? `no rule of ${layer} permits it`;
  return withheld.length === 0 ? '' : `without ${withheld.map(({ section }) => section).join(', ')}`;
}
