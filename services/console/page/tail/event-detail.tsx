import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ShownEvent } from '../../shown.js';
import { CommandLines } from '../widgets/command-lines.js';
import { commandsOf } from '../commands.js';
import { NoticeLink } from '../notice/notice-link.js';
import { useEscape } from '../widgets/use-escape.js';
import { useReturnFocus } from '../widgets/use-return-focus.js';

interface DetailProps {
  readonly event: ShownEvent;
  readonly onClose: () => void;
}

const FACTS = [
  ['event', 'event'],
  ['kind', 'kind'],
  ['originator', 'from'],
  ['recipient', 'to'],
  ['outcome', 'outcome'],
  ['code', 'code'],
  ['what', 'what'],
  ['sections', 'sections'],
  ['rules', 'rules'],
  ['jti', 'notice'],
  ['frame', 'frame'],
  ['heard', 'received at'],
  ['at', 'happened at'],
  ['source', 'source'],
  ['seq', 'number'],
] as const;

/** All members of one event, and the terminal commands that show more. */
export function EventDetail({ event, onClose }: DetailProps): JSX.Element {
  const close = useRef<HTMLButtonElement>(null);
  useEscape(onClose);
  useReturnFocus();
  useEffect(() => close.current?.focus(), [event]);
  const commands = commandsOf(event);
  const facts = FACTS.map(([name, word]) => [word, textOf(event[name])] as const);
  return (
    <aside class="detail card" aria-label="Event">
      <header>
        <h2>{event.event}</h2>
        <button type="button" class="plain" ref={close} onClick={onClose}>
          Close
        </button>
      </header>
      <dl>
        {facts
          .filter(([, text]) => text !== '')
          .map(([word, text]) => (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{word === 'notice' ? <NoticeLink jti={text}>{text}</NoticeLink> : text}</dd>
            </div>
          ))}
      </dl>
      {commands.length > 0 && <h3>In a terminal</h3>}
      <CommandLines lines={commands} />
    </aside>
  );
}

function textOf(value: ShownEvent[keyof ShownEvent]): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.join(' ') : String(value);
}
