import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ShownFinding } from '../../policies/shown-policies.js';

/** A place in a text; line and column count from 1. */
export interface CaretPosition {
  readonly line: number;
  readonly column: number;
}

/** Moves the caret of the editor to a place and scrolls to it. */
export type Jump = (place: CaretPosition) => void;

interface EditorProps {
  readonly path: string;
  readonly text: string;
  readonly findings: readonly ShownFinding[];
  readonly onChange: (text: string) => void;
  readonly jump: RefObject<Jump | undefined>;
}

/**
 * The editor of a rule file. The text area is as large as its text, inside a box that scrolls, so that line numbers and marks
 * stay beside their lines.
 */
export function RuleEditor({ path, text, findings, onChange, jump }: EditorProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = text.split('\n');
  useJump(jump, box, area);
  return (
    <div class="editor" ref={box}>
      <pre class="gutter" aria-hidden="true">
        {lines.map((_, index) => index + 1).join('\n')}
      </pre>
      <div class="written">
        <Marks findings={findings} />
        <textarea
          ref={area}
          aria-label={`Rules in ${path}`}
          rows={lines.length}
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          value={text}
          style={{ '--columns': lines.reduce((most, line) => Math.max(most, line.length), 0) }}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </div>
    </div>
  );
}

function Marks({ findings }: Pick<EditorProps, 'findings'>): JSX.Element {
  return (
    <>
      {findings.map(({ severity, line, column, message }) => (
        <span
          key={`${line}:${column} ${message}`}
          class={`mark ${severity}`}
          style={{ '--line': line - 1 }}
          aria-hidden="true"
        />
      ))}
    </>
  );
}

function useJump(
  jump: EditorProps['jump'],
  box: RefObject<HTMLDivElement | null>,
  area: RefObject<HTMLTextAreaElement | null>,
): void {
  useEffect(() => {
    jump.current = ({ line, column }) => {
      const [written, seen] = [area.current, box.current];
      if (written === null || seen === null) return;
      const start = offsetOf(written.value, { line, column });
      written.focus({ preventScroll: true });
      written.setSelectionRange(start, start);
      const height = written.clientHeight / written.value.split('\n').length;
      seen.scrollTop = height * (line - 1) - seen.clientHeight / 3;
    };
  }, []);
}

function offsetOf(text: string, { line, column }: CaretPosition): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}
