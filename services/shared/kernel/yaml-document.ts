import {
  CST,
  type Document,
  isAlias,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';

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

/** Maximum number of aliases; each alias reads its value again, and the library throws for the 100th of one value. */
const MAX_ALIASES = 99;
/** The most characters of the values that all aliases repeat. */
const MAX_REPEATED = 256 * 1024;
/**
 * The most lexemes of a text: words, line ends, spaces, indicators. A byte may be one, and each takes up to 8 µs. The facts about 512
 * members have 27,000, and those about 200 members, each with an agreement with every other, 129,000.
 */
const MAX_LEXEMES = 200_000;
/** The deepest nesting. Each level takes a part of the stack, and V8 can end a process whose stack is full. */
const MAX_DEPTH = 200;

/** Parses a YAML text in time linear in its length; one of more than `MAX_LEXEMES` is a fault. A document with a fault has no value. */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const refused = unparsable(text);
  // The library compares each key of a mapping with every other, in quadratic time: `repeatedName` replaces that check.
  // Pretty errors have an excerpt of their line, which takes quadratic time for a long line with many errors.
  const options = { lineCounter: lines, uniqueKeys: false, prettyErrors: false };
  const document = withoutStacks(() => parseDocument(text.slice(0, refused?.offset), options));
  return {
    document,
    fault: refused ?? faultIn(document),
    lineAndColumn: (offset) => {
      const { line, col } = lines.linePos(offset);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

/** Calls a function, and gives errors made in it no stack: the library makes an error for each fault of a text, and a stack takes 15 µs. */
function withoutStacks<T>(call: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function faultIn(document: Document): YamlFault | undefined {
  // Report only the first error, because the parser misreads the rest.
  const [error] = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  if (error !== undefined) return { offset: error.pos[0], message: plainMessage(error.message) };
  // By an older version some values throw when they are read, such as `<<: 1`.
  if (document.directives?.yaml.version !== '1.2') return { offset: 0, message: 'only YAML 1.2 is read' };
  return repeatedName(document) ?? unreadableAlias(document);
}

/**
 * Finds the first place of a YAML text that is too long or may be nested too deeply; undefined for one that can be parsed. As levels
 * count the brackets around a place, the columns of indentation of its line, and the indicators before it on that line. Explicit keys,
 * and entries between brackets with several colons, are refused: they nest without any of these. A list of lines between brackets,
 * which the library refuses too, is refused first, since its lines read as such entries.
 */
function unparsable(text: string): YamlFault | undefined {
  let [offset, lineStart, onLine, count] = [0, 0, 0, 0];
  /** For each bracket that is open, the colons of its present entry. */
  const colons: number[] = [];
  const lexemes = new Lexer().lex(text);
  for (const lexeme of lexemes) {
    const type = CST.tokenType(lexeme);
    count += 1;
    if (count > MAX_LEXEMES) return { offset, message: `more than ${MAX_LEXEMES} words and marks` };
    followBrackets(type, colons);
    const isBetween = colons.length > 0;
    if (isBetween && type === 'seq-item-ind')
      return { offset, message: 'block collections are not allowed within flow collections' };
    if (!isBetween && isIndicator(type)) onLine += 1;
    if (type === 'space' && offset === lineStart) onLine += lexeme.length;
    if (type === 'explicit-key-ind') return { offset, message: 'write a key before its colon, without `?`' };
    if ((colons.at(-1) ?? 0) > 1)
      return { offset, message: 'a key has one value: write a comma before the next key' };
    if (colons.length + onLine > MAX_DEPTH)
      return { offset, message: `nested more than ${MAX_DEPTH} levels deep` };
    const source = type === 'scalar' ? textOf(lexemes.next()) : isMark(type) ? '' : lexeme;
    offset += source.length;
    if (source.endsWith('\n')) [lineStart, onLine] = [offset, 0];
  }
  return undefined;
}

type LexemeType = ReturnType<typeof CST.tokenType>;

/** Follows the brackets that are open, by the colons of the present entry of each. */
function followBrackets(type: LexemeType, colons: number[]): void {
  const last = colons.length - 1;
  if (type === 'flow-seq-start' || type === 'flow-map-start') colons.push(0);
  if (type === 'flow-seq-end' || type === 'flow-map-end') colons.pop();
  if (type === 'flow-error-end') colons.length = 0;
  if (type === 'comma' && last >= 0) colons[last] = 0;
  if (type === 'map-value-ind' && last >= 0) colons[last] = (colons[last] ?? 0) + 1;
}

/** True for what may begin a level, except between brackets. */
function isIndicator(type: LexemeType): boolean {
  return type === 'seq-item-ind' || type === 'map-value-ind';
}

/** True for a lexeme that is no part of the text. That of a plain or block scalar is followed by its text. */
function isMark(type: LexemeType): boolean {
  return type === 'doc-mode' || type === 'flow-error-end';
}

const textOf = ({ value }: IteratorResult<string, void>): string => value ?? '';

/** Puts the first letter of a message of the library in lower case, as messages of this program have it. */
function plainMessage(message: string): string {
  return message.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
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
 * a bound: otherwise a short file could expand to any number of values. Visits each value once.
 */
function unreadableAlias(document: Document): YamlFault | undefined {
  const [anchored, withAlias] = [new Map<string, Node>(), new Set<unknown>()];
  let [count, repeated, fault]: [number, number, YamlFault | undefined] = [0, 0, undefined];
  visit(document, {
    Node: (_, node, ancestors) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchored.set(node.anchor, node);
        return undefined;
      }
      const value = anchored.get(node.source);
      for (const around of ancestors) withAlias.add(around);
      count += 1;
      repeated += lengthOf(value);
      if (value !== undefined && !withAlias.has(value) && count <= MAX_ALIASES && repeated <= MAX_REPEATED)
        return undefined;
      fault = { offset: node.range?.[0] ?? 0, message: 'this alias cannot be read: write its value out' };
      return visit.BREAK;
    },
  });
  return fault;
}

function lengthOf(node: Node | undefined): number {
  const [start, end] = node?.range ?? [0, 0];
  return end - start;
}
