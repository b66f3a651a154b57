import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ShownCommand, ShownEntry } from '../../../shared/wire/shown-quarantine.js';
import type { ShownSession } from '../../shown.js';
import { CommandLines } from '../widgets/command-lines.js';
import { CommandResult } from './command-result.js';
import { EntryActions } from './entry-actions.js';
import { dayTimeInDigits } from '../format.js';
import { usePolled } from '../poll.js';
import { useEscape } from '../widgets/use-escape.js';
import { useReturnFocus } from '../widgets/use-return-focus.js';

interface DetailProps {
  readonly session: ShownSession;
  readonly org: string;
  readonly entry: string;
  readonly onClose: () => void;
  readonly onSessionEnd: () => void;
  /** Called when a command changed the entry, so that the list must be loaded again. */
  readonly onChanged: () => void;
}

/** One entry of the quarantine: its record, its commands so far, and the commands that an operator can run. */
export function EntryDetail({
  session,
  org,
  entry,
  onClose,
  onSessionEnd,
  onChanged,
}: DetailProps): JSX.Element {
  const { value, errorText, missing, refresh } = usePolled<ShownEntry>(
    `/v1/quarantine/${org}/${entry}`,
    onSessionEnd,
  );
  const isOperator = session.org === null && session.roles.includes('operator');
  const changed = (): void => {
    refresh();
    onChanged();
  };
  return (
    <aside class="detail card" aria-label="Entry">
      <Title entry={entry} onClose={onClose}>
        {value !== undefined && <span class={stateTone(shownState(value))}>{shownState(value)}</span>}
      </Title>
      {errorText !== '' && <p class="bad">{errorText}</p>}
      {missing && <p class="quiet">No such entry.</p>}
      {value !== undefined && <Facts entry={value} />}
      {value !== undefined && isOperator && (
        <EntryActions entry={value} federation={session.federation} onEnded={changed} />
      )}
      {value !== undefined && value.commands.length > 0 && <History commands={value.commands} />}
      {value !== undefined && session.org === null && <InTerminal entry={value} />}
    </aside>
  );
}

interface TitleProps {
  readonly entry: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

function Title({ entry, onClose, children }: TitleProps): JSX.Element {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), [entry]);
  useEscape(onClose);
  useReturnFocus();
  return (
    <header>
      <h2>
        <code>{entry.slice(0, 12)}</code> {children}
      </h2>
      <button type="button" class="plain" ref={close} onClick={onClose}>
        Close
      </button>
    </header>
  );
}

function Facts({ entry }: { entry: ShownEntry }): JSX.Element {
  const facts: readonly (readonly [string, string])[] = [
    ['reason', entry.reason],
    ['from', entry.org],
    ['what', `a ${entry.what} of ${entry.size} bytes`],
    ['subject', entry.subject],
    ['since', dayTimeInDigits(entry.at)],
    ['closed', entry.closedAt === null ? '' : dayTimeInDigits(entry.closedAt)],
    ['digest', entry.entry],
    ['record', entry.record === undefined ? '' : `${entry.record} in the auditor’s file`],
  ];
  return (
    <dl>
      {facts
        .filter(([, text]) => text !== '')
        .map(([word, text]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd class={word}>{text}</dd>
          </div>
        ))}
    </dl>
  );
}

function History({ commands }: { commands: readonly ShownCommand[] }): JSX.Element {
  return (
    <section aria-label="History">
      <h3>History</h3>
      <ol class="history">
        {commands.toReversed().map((command) => (
          <li key={command.id}>
            <p>
              <b>{command.verb}</b> by {command.person}{' '}
              <span class="quiet">{dayTimeInDigits(command.at)}</span>
            </p>
            {command.note !== null && <p>“{command.note}”</p>}
            <CommandResult command={command} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function InTerminal({ entry: { entry, org } }: { entry: ShownEntry }): JSX.Element {
  const command = `scripts/liaison quarantine show ${entry.slice(0, 12)} --org ${org}`;
  return (
    <section aria-label="In a terminal">
      <h3>In a terminal</h3>
      <CommandLines lines={[command]} />
    </section>
  );
}

/** Returns the displayed state of an entry: `simulated` for an open entry of a simulated attack, which needs no decision. */
export function shownState({ state, simulated }: ShownEntry): string {
  return state === 'open' && simulated === true ? 'simulated' : state;
}

/** Returns the tone in which the state of an entry is shown: an open entry needs a decision. */
export function stateTone(state: string): 'part' | 'calm' {
  return state === 'open' ? 'part' : 'calm';
}
