import type { JSX } from 'preact';
import type { ShownLedger, ShownLog, ShownProgress } from '../../../shared/wire/shown-ledger.js';
import type { ShownLedgerState } from '../../shown.js';
import { AlarmList } from '../flow/alarm-list.js';
import { count, dayTimeInWords } from '../format.js';
import { usePolled } from '../poll.js';
import { CommandLines } from '../widgets/command-lines.js';
import { Fact } from '../widgets/fact.js';
import { Prose } from '../widgets/prose.js';
import { WitnessTable } from './witness-table.js';

interface LedgerProps {
  readonly onSessionEnd: () => void;
}

/** The view `/ledger`: the auditor's file, the newest checkpoint of the log over it, and who cosigned that. */
export function LedgerPage({ onSessionEnd }: LedgerProps): JSX.Element {
  const { value, errorText } = usePolled<ShownLedgerState>('/v1/ledger', onSessionEnd);
  return (
    <div class="ledger-view">
      <h1 class="hidden">Ledger</h1>
      {errorText !== '' && (
        <p class="nothing" role="status">
          <Prose text={errorText} />
        </p>
      )}
      {value === undefined ? errorText === '' && <p class="nothing">Loading …</p> : <State state={value} />}
    </div>
  );
}

function State({ state: { ready, reasons, file, alarms } }: { state: ShownLedgerState }): JSX.Element {
  const { log, progress } = file;
  const size = log?.size ?? null;
  return (
    <>
      <AlarmList alarms={alarms} now={new Date().toISOString()} />
      <section class="card" aria-labelledby="log-title">
        <header>
          <h2 id="log-title">Newest checkpoint</h2>
          {log !== null && size !== null && <Quorum size={size} log={log} />}
        </header>
        {log === null || size === null ? (
          <p class="quiet">No checkpoint was published yet.</p>
        ) : (
          <Checkpoint size={size} log={log} progress={progress} />
        )}
      </section>
      <section class="card" aria-labelledby="file-title">
        <header>
          <h2 id="file-title">File of the auditor</h2>
          <b class={ready ? 'good' : 'bad'}>{ready ? 'ready' : reasons.join(', ')}</b>
        </header>
        <FileFacts file={file} />
        <CommandLines lines={['scripts/liaison ledger show', 'scripts/liaison ledger verify']} />
      </section>
    </>
  );
}

function FileFacts({ file: { records, waiting, ruledOut, progress } }: { file: ShownLedger }): JSX.Element {
  const behind = progress?.behind ?? null;
  return (
    <>
      <dl class="facts">
        <Fact word="records on disk">{count(records ?? 0)}</Fact>
        {behind !== null && <Fact word="records not on disk yet">{count(behind)}</Fact>}
        {ruledOut.length > 0 && <Fact word="ruled out">{count(ruledOut.length)}</Fact>}
      </dl>
      {waiting !== null && (
        <p class="bad">
          Waits at record {count(waiting.sequence)} since {dayTimeInWords(waiting.since)}:{' '}
          <b class="code">{waiting.code}</b>
        </p>
      )}
    </>
  );
}

interface CheckpointProps {
  readonly size: number;
  readonly log: ShownLog;
  readonly progress: ShownProgress | null;
}

/** Without a quorum only the hub vouches for the newest checkpoint. */
function Quorum({ size, log: { quorate } }: Omit<CheckpointProps, 'progress'>): JSX.Element {
  if (quorate === null) return <b class="bad">no quorum yet</b>;
  if (quorate >= size) return <b class="good">quorum</b>;
  return <b class="part">quorum {count(size - quorate)} entries behind</b>;
}

function Checkpoint({ size, log, progress }: CheckpointProps): JSX.Element {
  return (
    <>
      <dl class="facts">
        <Fact word="entries">{count(size)}</Fact>
        {progress !== null && <Fact word="confirmed">{dayTimeInWords(progress.confirmedAt)}</Fact>}
        {progress !== null && <Fact word="records without an entry yet">{count(progress.unsealed)}</Fact>}
        <Fact word="entries that a quorum cosigned">
          {log.quorate === null ? 'none' : count(log.quorate)}
        </Fact>
      </dl>
      <WitnessTable witnesses={log.witnesses} size={size} />
    </>
  );
}
