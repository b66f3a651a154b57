import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownEntry } from '../../../shared/wire/shown-quarantine.js';
import type { QuarantineVerb } from '../../../shared/wire/subjects.js';
import { CommandResult } from './command-result.js';
import { hintWords, COMMAND_LABELS } from './command-words.js';
import { ConfirmDialog } from './confirm-dialog.js';
import { KeyPanel } from './key-panel.js';
import { type OperatorKey, useOperatorKey } from './operator-key.js';
import { type CommandProgress, submitCommand } from './send-command.js';

interface ActionsProps {
  readonly entry: ShownEntry;
  readonly federation: string;
  /** Called when the ledger holds the outcome of a command. */
  readonly onEnded: () => void;
}

/** The commands of an operator on an entry, and the progress of the last one. */
export function EntryActions({ entry, federation, onEnded }: ActionsProps): JSX.Element {
  const operator = useOperatorKey();
  const [confirming, setConfirming] = useState<'replay' | 'discard'>();
  const { progress, send } = useCommand({ entry, federation, onEnded }, operator);
  const isBusy = progress?.state === 'under way';
  const status = useFocusWhen(isBusy);
  return (
    <section class="actions" aria-label="Commands">
      <KeyPanel operator={operator} />
      <div class="choices">
        {VERBS_IN_ORDER.map((verb) => (
          <button
            key={verb}
            type="button"
            disabled={operator.good === undefined || isBusy || entry.state !== 'open'}
            onClick={() => (verb === 'dry-run' ? send(verb) : setConfirming(verb))}
          >
            {COMMAND_LABELS[verb]}
          </button>
        ))}
      </div>
      {entry.state !== 'open' && <p class="quiet small">It is {entry.state}: no command is possible.</p>}
      {confirming !== undefined && (
        <ConfirmDialog
          verb={confirming}
          entry={entry}
          person={operator.good?.person ?? ''}
          onClose={() => setConfirming(undefined)}
          onConfirm={(note) => {
            setConfirming(undefined);
            send(confirming, note);
          }}
        />
      )}
      <div role="status" ref={status} tabIndex={-1}>
        {progress !== undefined && <Progress progress={progress} />}
      </div>
    </section>
  );
}

/** Moves the focus to the progress of a command when one starts: the dialog closes then and the buttons are disabled. */
function useFocusWhen(isBusy: boolean): { readonly current: HTMLDivElement | null } {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isBusy) place.current?.focus();
  }, [isBusy]);
  return place;
}

const VERBS_IN_ORDER: readonly QuarantineVerb[] = ['dry-run', 'replay', 'discard'];

function Progress({ progress: { verb, state, words, command } }: { progress: CommandProgress }): JSX.Element {
  const hint = command === undefined ? '' : hintWords(command);
  return (
    <div class="progress">
      <h3>{COMMAND_LABELS[verb]}</h3>
      {words !== '' && <p class={state === 'failed' ? 'bad' : 'quiet'}>{words}</p>}
      {command !== undefined && <CommandResult command={command} />}
      {hint !== '' && <p class="quiet">{hint}</p>}
    </div>
  );
}

interface CommandControl {
  readonly progress: CommandProgress | undefined;
  readonly send: (verb: QuarantineVerb, note?: string) => void;
}

/** Sends one command at a time. A command continues after the component is closed; only its progress is no longer shown. */
function useCommand({ entry, federation, onEnded }: ActionsProps, { good }: OperatorKey): CommandControl {
  const [progress, setProgress] = useState<CommandProgress>();
  const watching = useRef(new AbortController());
  useEffect(() => () => watching.current.abort(), []);
  const onProgress = (next: CommandProgress): void => {
    setProgress(next);
    if (next.state === 'ended') onEnded();
  };
  return {
    progress,
    send: (verb, note) => {
      if (good === undefined) return;
      const wanted = { verb, entry, ...(note === undefined ? {} : { note }) };
      const failed = (thrown: unknown): void =>
        setProgress({
          id: '',
          verb,
          state: 'failed',
          words: `the command was not signed: ${String(thrown)}`,
        });
      submitCommand(wanted, { key: good.key, federation, signal: watching.current.signal, onProgress }).catch(
        failed,
      );
    },
  };
}
