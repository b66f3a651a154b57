import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isNote } from '../../../shared/ledger/command-content.js';
import type { ShownEntry } from '../../../shared/wire/shown-quarantine.js';
import { COMMAND_LABELS } from './command-words.js';

interface DialogProps {
  readonly verb: 'replay' | 'discard';
  readonly entry: ShownEntry;
  readonly person: string;
  readonly onConfirm: (note: string | undefined) => void;
  readonly onClose: () => void;
}

const CONSEQUENCES = {
  replay:
    'Its bytes are processed again, with every check, and delivered to the recipients that may have them now.',
  discard: 'The entry is closed and its bytes are erased: it cannot be replayed afterwards.',
} as const;

/** Asks for confirmation of a command that cannot be undone, and for the reason of a discard. Escape closes it. */
export function ConfirmDialog({ verb, entry, person, onConfirm, onClose }: DialogProps): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  const [note, setNote] = useState('');
  useEffect(() => box.current?.showModal(), []);
  const needsNote = verb === 'discard';
  const submit = (event: Event): void => {
    event.preventDefault();
    if (needsNote && !isNote(note)) return;
    onConfirm(needsNote ? note : undefined);
  };
  return (
    <dialog ref={box} class="card" aria-labelledby="confirm-title" onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id="confirm-title">
          {COMMAND_LABELS[verb]} <code>{entry.entry.slice(0, 12)}</code> of {entry.org}?
        </h2>
        <p>{CONSEQUENCES[verb]}</p>
        {needsNote && <Note note={note} onNote={setNote} />}
        <p class="quiet">
          Signed as <b>{person}</b>; recorded on the ledger permanently.
        </p>
        <div class="choices">
          <button type="button" onClick={() => box.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="strong" disabled={needsNote && !isNote(note)}>
            {COMMAND_LABELS[verb]}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function Note({ note, onNote }: { note: string; onNote: (note: string) => void }): JSX.Element {
  return (
    <>
      <label for="note">Why</label>
      <input
        id="note"
        type="text"
        required
        maxLength={500}
        autocomplete="off"
        value={note}
        onInput={(event) => onNote(event.currentTarget.value)}
        aria-describedby="note-help"
      />
      <p id="note-help" class="quiet small">
        Every reader of the ledger sees this text: do not quote a notice.
      </p>
    </>
  );
}
