import Table from 'cli-table3';
import picocolors from 'picocolors';

/** Colours that are plain text where colour is not wanted (`NO_COLOR`, no terminal). */
export type Paint = ReturnType<typeof picocolors.createColors>;

/** Where a verb writes: results on stdout, everything else on stderr. */
export interface Output {
  /** `--json` was given. */
  readonly json: boolean;
  /** stdout is a terminal and `--json` was not given: a person reads along. */
  readonly terminal: boolean;
  /** stderr is a terminal. */
  readonly progress: boolean;
  readonly width: number;
  readonly paint: Paint;
  /** For notes: stderr may be a terminal where stdout is not. */
  readonly notePaint: Paint;
  /** One line or several, as they are. */
  readonly print: (text: string) => void;
  /** One line of NDJSON. */
  readonly record: (value: unknown) => void;
  /** With `--json` the value, else its text for a person, which is made only then. */
  readonly show: (value: unknown, text: () => string) => void;
  /** Words for a person, on stderr. */
  readonly note: (text: string) => void;
}

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
}

/** Undefined where it is not one, whatever its type says. */
const isTerminal = ({ isTTY }: { readonly isTTY?: boolean }): boolean => isTTY ?? false;

export function createOutput({ stdout, stderr, env, json }: Streams): Output {
  const coloured = (stream: NodeJS.WriteStream): boolean =>
    isTerminal(stream) && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const print = (text: string): void => void stdout.write(`${text}\n`);
  const record = (value: unknown): void => print(JSON.stringify(value));
  return {
    json,
    terminal: isTerminal(stdout) && !json,
    progress: isTerminal(stderr),
    width: stdout.columns ?? 120,
    paint: picocolors.createColors(coloured(stdout)),
    notePaint: picocolors.createColors(coloured(stderr)),
    print,
    record,
    show: (value, text) => (json ? record(value) : print(text())),
    note: (text) => void stderr.write(`${text}\n`),
  };
}

/** Every part of a frame that cli-table3 would draw. */
const FRAME = [
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right',
  'left left-mid mid mid-mid right right-mid',
].flatMap((names) => names.split(' '));

/** A table with a dim head. */
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

/** Lines without a frame, so that they can be copied. The last column wraps within `width`. */
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

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

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

/** Without what only colours it. */
export function visible(text: string): string {
  return text.replaceAll(ANSI, '');
}
