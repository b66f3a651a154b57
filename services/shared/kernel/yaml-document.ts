import { type Document, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml';

/** A parsed YAML text. */
export interface YamlDocument {
  readonly document: Document;
  /** Its first fault, with the offset in the text. */
  readonly fault: YamlFault | undefined;
  /** Returns the line and the column of an offset, counted from 1. */
  readonly lineAndColumn: (offset: number) => { readonly line: number; readonly column: number };
}

interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

/** Maximum number of aliases; each alias reads its value again. */
const MAX_ALIASES = 100;

/** Parses a YAML text in time linear in its length. A document with a fault has no value. */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  // The library compares each key of a mapping with every other, in quadratic time: `repeatedName` replaces that check.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  // Report only the first error, because the parser misreads the rest.
  const [error] = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const fault =
    error === undefined
      ? (repeatedName(document) ?? unreadableAlias(document))
      : { offset: error.pos[0], message: plainMessage(error.message) };
  return {
    document,
    fault,
    lineAndColumn: (offset) => {
      const { line, col } = lines.linePos(offset);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

/** Removes the position and the excerpt that the library adds to its message. */
function plainMessage(message: string): string {
  const [first = ''] = message.split('\n');
  return first
    .replace(/ at line \d+, column \d+:?$/, '')
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

function repeatedName(document: Document): YamlFault | undefined {
  let fault: YamlFault | undefined;
  visit(document, {
    Map: (_, map) => {
      const key = repeatedIn(map);
      if (key === undefined) return undefined;
      fault = { offset: key.range?.[0] ?? 0, message: 'map keys must be unique' };
      return visit.BREAK;
    },
  });
  return fault;
}

function repeatedIn({ items }: YAMLMap): Node | undefined {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) return key;
    seen.add(key.value);
  }
  return undefined;
}

/**
 * Finds the first alias that is undefined, refers to a value around itself or to a value with further aliases, or exceeds
 * the bound: otherwise a short file could expand to any number of values.
 */
function unreadableAlias(document: Document): YamlFault | undefined {
  let [count, fault]: [number, YamlFault | undefined] = [0, undefined];
  visit(document, {
    Alias: (_, alias, ancestors) => {
      count += 1;
      const node = alias.resolve(document);
      if (node !== undefined && !ancestors.includes(node) && !hasAlias(node) && count <= MAX_ALIASES)
        return undefined;
      fault = { offset: alias.range?.[0] ?? 0, message: 'this alias cannot be read: write its value out' };
      return visit.BREAK;
    },
  });
  return fault;
}

function hasAlias(node: Node): boolean {
  let found = false;
  visit(node, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}
