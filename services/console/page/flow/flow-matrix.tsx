import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ShownFlow, ShownPair, ShownSession } from '../../shown.js';
import { count, rate } from '../format.js';
import { addressOf, navigate } from '../route.js';

const MEASURES = {
  passed: { text: 'delivered and redacted', events: ['delivered', 'redacted'] },
  redacted: { text: 'redacted', events: ['redacted'] },
  denied: { text: 'denied', events: ['denied'] },
  received: { text: 'receipted', events: ['received'] },
  waiting: { text: 'parked and deferred', events: ['parked', 'deferred'] },
} as const;

type Measure = keyof typeof MEASURES;

interface MatrixProps {
  readonly flow: ShownFlow;
  readonly session: ShownSession;
  /** The window of the counts, such as `15m`; the links of the cells pass it on as `since`. */
  readonly window: string;
}

/** A matrix with one row per originator and one column per recipient; each cell links to its events in the tail. */
export function FlowMatrix(props: MatrixProps): JSX.Element {
  const { organisations, org } = props.session;
  // An organisation may see the receipts of notices sent to it, not the decisions on them.
  const [measure, setMeasure] = useState<Measure>(org === null ? 'passed' : 'received');
  return (
    <section class="card" aria-labelledby="matrix-title">
      <header>
        <h2 id="matrix-title">From organisation to organisation</h2>
        <label class="field">
          <span>count</span>
          <select value={measure} onChange={(event) => setMeasure(event.currentTarget.value as Measure)}>
            {Object.entries(MEASURES).map(([name, { text }]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </select>
        </label>
      </header>
      <div class="scroll" role="region" aria-labelledby="matrix-title" tabIndex={0}>
        <table class={`matrix ${measure}`}>
          <thead>
            <tr>
              <th scope="col" class="quiet">
                from ↓ to →
              </th>
              {organisations.map(({ id, name }) => (
                <th key={id} scope="col" title={name}>
                  {id}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{rowsOf(props, measure)}</tbody>
        </table>
      </div>
      {org !== null && <p class="quiet small note-below">?: not visible to {org}</p>}
    </section>
  );
}

function rowsOf({ flow, session, window }: MatrixProps, measure: Measure): readonly JSX.Element[] {
  const pairs = new Map(flow.pairs.map((pair) => [`${pair.originator} ${pair.recipient}`, pair]));
  const valueOf = (pair: ShownPair | undefined): number =>
    MEASURES[measure].events.reduce((sum, event) => sum + (pair?.counts[event] ?? 0), 0);
  const most = Math.max(1, ...flow.pairs.map(valueOf));
  const minutes = Math.max(1 / 6, (Date.parse(flow.now) - Date.parse(flow.from)) / 60_000);
  return session.organisations.map(({ id: from, name, state }) => (
    <tr key={from}>
      <th scope="row" title={name}>
        {from}
        {state !== 'member' && <b class="code"> {state}</b>}
      </th>
      {session.organisations.map(({ id: to }) => (
        <Cell
          key={to}
          visible={isVisible(session, { from, to, measure })}
          {...{ from, to, most, minutes, measure, window }}
          value={valueOf(pairs.get(`${from} ${to}`))}
        />
      ))}
    </tr>
  ));
}

/**
 * True if this viewer may see the count: an organisation sees all events of its own notices, and only the
 * events listed in `told` of notices sent to it.
 */
function isVisible(
  { org, told }: ShownSession,
  { from, to, measure }: { from: string; to: string; measure: Measure },
): boolean {
  if (told === null || org === from) return true;
  return org === to && MEASURES[measure].events.every((event) => told.includes(event));
}

interface CellProps {
  readonly visible: boolean;
  readonly from: string;
  readonly to: string;
  readonly value: number;
  readonly most: number;
  readonly minutes: number;
  readonly measure: Measure;
  readonly window: string;
}

/** A count and its rate; the background is darker for a larger count. */
function Cell({ visible, from, to, value, most, minutes, measure, window }: CellProps): JSX.Element {
  if (from === to) return <td class="self" aria-label="itself" />;
  if (!visible) return <td class="untold">?</td>;
  if (value === 0) return <td class="none">·</td>;
  const { text, events } = MEASURES[measure];
  const query = new URLSearchParams({ from, to, event: events.join(','), since: window });
  const follow = (event: MouseEvent): void => {
    event.preventDefault();
    navigate('/', query);
  };
  const heat = `${Math.round(10 + 35 * Math.sqrt(value / most))}%`;
  return (
    <td style={{ '--heat': heat }}>
      <a
        href={addressOf('/', query)}
        onClick={follow}
        aria-label={`${from} to ${to}: ${count(value)} ${text}, ${rate(value / minutes)} per minute`}
      >
        <b>{count(value)}</b>
        <small>{rate(value / minutes)}/min</small>
      </a>
    </td>
  );
}
