import { isMap, isNode, isScalar } from 'yaml';
import type { Detail } from './errors.js';
import { parseYaml } from './yaml-document.js';

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
  const { document, fault, lineAndColumn } = parseYaml(text);
  const place = (offset: number): string => {
    const { line, column } = lineAndColumn(offset);
    return `${path}:${line}:${column}`;
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
  const faults = fault === undefined ? [] : [{ path: place(fault.offset), message: fault.message }];
  const value: unknown = fault === undefined ? document.toJS() : undefined;
  return { value, faults, placeOf, placeIn, placeOfName };
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
