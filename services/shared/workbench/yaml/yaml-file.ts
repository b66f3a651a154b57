import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Detail } from '../../kernel/errors.js';

/** The names and numbers that lead to a value: `['organisations', 'europol', 'groups', 0]`. */
export type YamlPath = readonly (string | number)[];

/** A parsed YAML file, with the places of its values. */
export interface YamlFile {
  /** Undefined when the file is not YAML. */
  readonly value: unknown;
  /** Why the file is not YAML, at `path:line:col`; one at most. */
  readonly faults: readonly Detail[];
  /** Returns `path:line:col` of a value, or of the nearest value around it. */
  readonly placeOf: (steps: YamlPath) => string;
  /** Returns `path:line:col` of a character of a text; `offset` counts in its value, not in its source. */
  readonly placeIn: (steps: YamlPath, offset: number) => string;
  /** Returns `path:line:col` of the name of a field. */
  readonly placeOfName: (steps: YamlPath, name: string) => string;
}

/** Parses the text of a YAML file; `path` begins every place. A text that is not YAML gives a fault. */
export function readYaml(path: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const placeOf = (steps: YamlPath): string => {
    const node = steps.length === 0 ? document.contents : document.getIn(steps, true);
    if (isNode(node) && node.range) return place(node.range[0]);
    return steps.length === 0 ? place(0) : placeOf(steps.slice(0, -1));
  };
  const placeIn = (steps: YamlPath, offset: number): string => {
    const node = document.getIn(steps, true);
    if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return placeOf(steps);
    const [start, end] = node.range;
    return place(start + offsetInScalar(text.slice(start, end), node.value, offset));
  };
  const placeOfName = (steps: YamlPath, name: string): string => {
    const node = steps.length === 0 ? document.contents : document.getIn(steps, true);
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === name)
      : undefined;
    return isScalar(pair?.key) && pair.key.range ? place(pair.key.range[0]) : placeOf(steps);
  };
  // After the first error the parser misreads the rest of the file, so only that one is reported.
  const faults = document.errors
    .toSorted((a, b) => a.pos[0] - b.pos[0])
    .slice(0, 1)
    .map(({ pos, message }) => ({ path: place(pos[0]), message: plainMessage(message) }));
  return { value: faults.length === 0 ? document.toJS() : undefined, faults, placeOf, placeIn, placeOfName };
}

/** Removes the place and the excerpt that the library adds to its message. */
function plainMessage(message: string): string {
  const [first = ''] = message.split('\n');
  return first
    .replace(/ at line \d+, column \d+:?$/, '')
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);

/**
 * Returns where the character at `offset` of a YAML scalar's value is in its source, which also holds quotes, escapes,
 * folded lines and indentation. 0 if value and source cannot be aligned.
 */
function offsetInScalar(source: string, value: string, offset: number): number {
  const header = /^(?:[|>][^\n]*\n|["'])/.exec(source)?.[0] ?? '';
  let at = header.length;
  for (let index = 0; index <= offset; index += 1) {
    const wanted = value[index];
    while (isSpace(source[at])) at += 1;
    if (wanted === undefined || isSpace(wanted)) continue;
    // An escaped character, or a quote written twice.
    if (source[at] !== wanted) at += 1;
    if (source[at] !== wanted) return 0;
    if (index < offset) at += 1;
  }
  return at;
}
