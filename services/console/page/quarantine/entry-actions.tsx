import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownEntry } from '../../../shared/wire/shown-quarantine.js';
import type { CommandVerb } from '../../../shared/wire/subjects.js';
import { CommandResult } from './command-result.js';
import { hintWords, COMMAND_LABELS } from './command-words.js';
import { ConfirmDialog } from './confirm-dialog.js';
import { KeyPanel } from './key-panel.js';
import { type OperatorKey, useOperatorKey } from './operator-key.js';
import { type CommandProgress, submitCommand } from './send-command.js';

interface ActionsProps {
  readonly entry: ShownEntry;
  readonly federation: string;
  /** The ledger has something new of this entry. */
  readonly onEnded: () => void;
}

/** What an operator may do with an entry, and what became of it. */
export function EntryActions({ entry, federation, onEnded }: ActionsProps): JSX.Element {
  const operator = useOperatorKey();
  const [asking, setAsking] = useState<'replay' | 'discard'>();
  const { progress, send } = useCommand({ entry, federation, onEnded }, operator);
  const isBusy = progress?.state === 'under way';
  const said = useFocusOnce(isBusy);
  return (
    <section class="actions" aria-label="Commands">
      <KeyPanel operator={operator} />
      <div class="choices">
        {VERBS_IN_ORDER.map((verb) => (
          <button
            key={verb}
            type="button"
            disabled={operator.good === undefined || isBusy || entry.state !== 'open'}
            onClick={() => (verb === 'dry-run' ? send(verb) : setAsking(verb))}
          >
            {COMMAND_LABELS[verb]}
          </button>
        ))}
      </div>
      {entry.state !== 'open' && <p class="quiet small">It is {entry.state}: nothing is left to be done.</p>}
      {asking !== undefined && (
        <ConfirmDialog
          verb={asking}
          entry={entry}
          person={operator.good?.person ?? ''}
          onClose={() => setAsking(undefined)}
          onConfirm={(note) => {
            setAsking(undefined);
            send(asking, note);
          }}
        />
      )}
      <div role="status" ref={said} tabIndex={-1}>
        {progress !== undefined && <Said progress={progress} />}
      </div>
    </section>
  );
}

/** The dialog is gone and no button can be pressed: whoever moves by keyboard goes on with what becomes of it. */
function useFocusOnce(isBusy: boolean): { readonly current: HTMLDivElement | null } {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isBusy) place.current?.focus();
  }, [isBusy]);
  return place;
}

const VERBS_IN_ORDER: readonly CommandVerb[] = ['dry-run', 'replay', 'discard'];

function Said({ progress: { verb, state, words, command } }: { progress: CommandProgress }): JSX.Element {
  const hint = command === undefined ? '' : hintWords(command);
  return (
    <div class="said">
      <h3>{COMMAND_LABELS[verb]}</h3>
      {words !== '' && <p class={state === 'failed' ? 'bad' : 'quiet'}>{words}</p>}
      {command !== undefined && <CommandResult command={command} />}
      {hint !== '' && <p class="quiet">{hint}</p>}
    </div>
  );
}

interface Commanding {
  readonly progress: CommandProgress | undefined;
  readonly send: (verb: CommandVerb, note?: string) => void;
}

/** One command at a time. What is under way goes its way also when nobody looks any more. */
function useCommand({ entry, federation, onEnded }: ActionsProps, { good }: OperatorKey): Commanding {
  const [progress, setProgress] = useState<CommandProgress>();
  const looking = useRef(new AbortController());
  useEffect(() => () => looking.current.abort(), []);
  const tell = (next: CommandProgress): void => {
    setProgress(next);
    if (next.state === 'ended') onEnded();
  };
  return {
    progress,
    send: (verb, note) => {
      if (good === undefined) return;
      const wanted = { verb, entry, ...(note === undefined ? {} : { note }) };
      const failed = (thrown: unknown): void =>
        setProgress({ id: '', verb, state: 'failed', words: `it was not signed: ${String(thrown)}` });
      submitCommand(wanted, { key: good.key, federation, signal: looking.current.signal, tell }).catch(
        failed,
      );
    },
  };
}
