import Table from 'cli-table3';
import picocolors from 'picocolors';

const STYLES = ['bold', 'dim', 'inverse', 'cyan', 'green', 'red', 'yellow'] as const;

/** Functions that style text; they return it unchanged without colour support (`NO_COLOR`, no terminal). */
export type Paint = Pick<ReturnType<typeof picocolors.createColors>, (typeof STYLES)[number]>;

/** The output of a verb: results go to stdout, everything else to stderr. */
export interface Output {
  /** `--json` was given. */
  readonly json: boolean;
  /** stdout is a terminal and `--json` was not given. */
  readonly terminal: boolean;
  /** stderr is a terminal. */
  readonly progress: boolean;
  /** Current columns of the terminal; 120 if stdout is not a terminal. */
  readonly width: number;
  /** The colours of stdout. */
  readonly paint: Paint;
  /** The colours of stderr, which may be a terminal when stdout is not. */
  readonly notePaint: Paint;
  /** Writes text and a line end to stdout. */
  readonly print: (text: string) => void;
  /** Writes a value to stdout as one line of JSON. */
  readonly record: (value: unknown) => void;
  /** Writes the value with `--json`, else the text for a person. */
  readonly show: (value: unknown, text: () => string) => void;
  /** Writes text and a line end to stderr. */
  readonly note: (text: string) => void;
}

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
}

// `isTTY` is undefined for a pipe, although its declared type is boolean.
const isTerminal = ({ isTTY }: { readonly isTTY?: boolean }): boolean => isTTY ?? false;

/** Creates the output of a call; `json` is true when `--json` was given. */
export function createOutput({ stdout, stderr, env, json }: Streams): Output {
  const coloured = (stream: NodeJS.WriteStream): boolean =>
    isTerminal(stream) && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const shownOn = (stream: NodeJS.WriteStream, text: string): string =>
    `${isTerminal(stream) ? harmless(text) : text}\n`;
  const print = (text: string): void => void stdout.write(shownOn(stdout, text));
  const record = (value: unknown): void => print(JSON.stringify(value));
  return {
    json,
    terminal: isTerminal(stdout) && !json,
    progress: isTerminal(stderr),
    // Read on every call: Node.js updates `columns` when the terminal is resized.
    get width() {
      return stdout.columns ?? 120;
    },
    paint: picocolors.createColors(coloured(stdout)),
    notePaint: picocolors.createColors(coloured(stderr)),
    print,
    record,
    show: (value, text) => (json ? record(value) : print(text())),
    note: (text) => void stderr.write(shownOn(stderr, text)),
  };
}

const ESCAPE = String.fromCharCode(27);
const ANSI = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');
const styled = picocolors.createColors(true);
/** The sequences that begin and end a style of this program. */
const OWN_SEQUENCES = new Set(STYLES.flatMap((style) => styled[style](' ').match(ANSI) ?? []));
/** Sequences for styles; else control characters and those that change the direction of a text. */
const STYLE_OR_CONTROL = new RegExp(`${ANSI.source}|[^\\P{Cc}\\n\\t]|[\\u202a-\\u202e\\u2066-\\u2069]`, 'gu');

/** Replaces what a terminal would obey: reasons of rules, names of cases and the like are written by members. */
function harmless(text: string): string {
  return text.replaceAll(STYLE_OR_CONTROL, (found) =>
    OWN_SEQUENCES.has(found) ? found : `\uFFFD${found.slice(1)}`,
  );
}

/** Every frame part of cli-table3; all are set to the empty string. */
const FRAME = [
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right',
  'left left-mid mid mid-mid right right-mid',
].flatMap((names) => names.split(' '));

/** Formats a table with a dim head, as `tableText` does. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { paint, width }: Pick<Output, 'paint' | 'width'>,
): string {
  return tableText(
    head.map((word) => paint.dim(word)),
    rows,
    width,
  );
}

/** Formats a table without a frame, so that lines can be copied. The last column wraps within `width` columns. */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const chars = Object.fromEntries(FRAME.map((name) => [name, '']));
  const widths = columnWidths([head, ...rows], width);
  const drawn = new Table({
    chars: { ...chars, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: widths,
    wordWrap: true,
    wrapOnWordBoundary: true,
  });
  drawn.push([...head], ...rows.map((row) => [...row]));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const lengths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => longestLine(row[column] ?? ''))),
  );
  const before = lengths.slice(0, -1).reduce((sum, length) => sum + length + 2, 0);
  const last = lengths.at(-1) ?? 0;
  return [...lengths.slice(0, -1), Math.min(last, Math.max(24, width - before - 1))];
}

function longestLine(text: string): number {
  return Math.max(
    ...visible(text)
      .split('\n')
      .map((line) => line.length),
  );
}

/** Removes the ANSI colour codes of a text. */
export function visible(text: string): string {
  return text.replaceAll(ANSI, '');
}
