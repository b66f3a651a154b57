import type { JSX } from 'preact';
import type { ShownWitness } from '../../../shared/wire/shown-ledger.js';
import { count } from '../format.js';
import { TableHead } from '../widgets/table-head.js';

interface WitnessTableProps {
  readonly witnesses: readonly ShownWitness[];
  /** Entries of the newest checkpoint. */
  readonly size: number;
}

/** How far each witness of the policy cosigned the log. */
export function WitnessTable({ witnesses, size }: WitnessTableProps): JSX.Element {
  const current = witnesses.filter((witness) => witness.size === size).length;
  return (
    <table class="lined witnesses">
      <caption>
        {count(current)} of {count(witnesses.length)} witnesses cosigned the newest checkpoint
      </caption>
      <TableHead words={['witness', 'entries', 'behind by']} />
      <tbody>
        {witnesses.map((witness) => (
          <tr key={witness.name}>
            <th scope="row">{witness.name}</th>
            <td>{witness.size === null ? '–' : count(witness.size)}</td>
            <td>
              <Lag cosigned={witness.size} size={size} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Lag({ cosigned, size }: { cosigned: number | null; size: number }): JSX.Element {
  if (cosigned === null) return <b class="bad">all</b>;
  const lag = Math.max(0, size - cosigned);
  return lag === 0 ? <span class="good">0</span> : <b class="part">{count(lag)}</b>;
}
