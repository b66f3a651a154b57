import type { JSX } from 'preact';
import type { ShownAlarm } from '../../shown.js';
import { formatDuration } from '../format.js';

interface AlarmListProps {
  readonly alarms: readonly ShownAlarm[];
  /** The time of the answer, by the console's clock. */
  readonly now: string;
}

/** The alarms of the hub's processes; renders nothing if there are none. */
export function AlarmList({ alarms, now }: AlarmListProps): JSX.Element | null {
  if (alarms.length === 0) return null;
  const ago = (time: string): string => formatDuration(Math.max(0, Date.parse(now) - Date.parse(time)));
  return (
    <aside class="alarms" aria-labelledby="alarms-title">
      <h2 id="alarms-title">Alarms</h2>
      <ul>
        {alarms.map(({ process, alarm, means, code, place, since, last, count, acknowledged, findings }) => (
          <li
            key={[process, alarm, code, place].join(' ')}
            class={acknowledged === null ? undefined : 'acknowledged'}
          >
            <b>{alarm}</b> {[code, place].filter((word) => word !== null).join(', ')}
            <span>{means}</span>
            {findings.map(({ place, message }) => (
              <span key={`${place} ${message}`} class="finding">
                <code>{place}</code> {message}
              </span>
            ))}
            {acknowledged !== null && (
              <span>
                acknowledged by {acknowledged.by} {ago(acknowledged.at)} ago: {acknowledged.reason}
              </span>
            )}
            <small>
              {process}, raised {count > 1 && `${count} times, last ${ago(last)} ago, first `}
              {ago(since)} ago
            </small>
          </li>
        ))}
      </ul>
      <p>
        What to do: <code>liaison doctor</code>, and <code>liaison alarm acknowledge</code> once a person did
        it
      </p>
    </aside>
  );
}
