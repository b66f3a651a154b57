// A string, a word, or one other character that is not space.
const TOKEN = /"(?:[^"\\]|\\[\s\S])*"|[A-Za-z_]\w*|[^\s"]/g;

const WIDTH = 120;
const STEP = '  ';

/**
 * Breaks the lines of a rule, without its annotations, that Cedar has formatted: the scope on one line, one condition
 * per line, lists filled. Breaks only at spaces and after brackets, so that nothing but white space changes.
 */
export function layoutRule(formatted: string): string {
  const { head, clauses } = partsOf(onOneLine(formatted));
  const scope = head.length <= WIDTH ? head : listed(head, '');
  return `${[scope, ...clauses.map(layoutClause)].join('\n')};`;
}

/** Joins lines: single spaces, none inside brackets or before commas; strings are unchanged. */
function onOneLine(text: string): string {
  return text
    .replaceAll(/"(?:[^"\\]|\\[\s\S])*"|\s+/g, (part) => (part.startsWith('"') ? part : ' '))
    .replaceAll(/"(?:[^"\\]|\\[\s\S])*"|([([]) | (?=[)\],])/g, (part, open: string | undefined) =>
      part.startsWith('"') ? part : (open ?? ''),
    )
    .trim();
}

interface Clause {
  readonly word: string;
  readonly body: string;
}

/** Splits a rule into `permit (…)` and the contents of the braces of each `when` and `unless`. */
function partsOf(rule: string): { readonly head: string; readonly clauses: readonly Clause[] } {
  const groups = groupsOf(rule);
  const scopeEnd = (groups[0]?.end ?? 0) + 1;
  let from = scopeEnd;
  const clauses = groups.slice(1).map(({ start, end }) => {
    const clause = { word: rule.slice(from, start).trim(), body: rule.slice(start + 1, end).trim() };
    from = end + 1;
    return clause;
  });
  return { head: rule.slice(0, scopeEnd), clauses };
}

function layoutClause({ word, body }: Clause): string {
  const parts = conditionsIn(body);
  const line = `${word} { ${body} }`;
  if (parts.length === 1 && line.length < WIDTH) return line;
  return `${word} {\n${parts.map((part) => layoutPart(part, STEP)).join('\n')}\n}`;
}

/** Splits after each `||` outside brackets; when there is none, after each `&&`. */
function conditionsIn(text: string): readonly string[] {
  for (const operator of [' || ', ' && ']) {
    const cuts = outside(text).filter((at) => text.startsWith(operator, at));
    if (cuts.length > 0)
      return cutAt(
        text,
        cuts.map((at) => at + operator.length),
      );
  }
  return [text];
}

function layoutPart(text: string, indent: string): string {
  if (indent.length + text.length <= WIDTH) return `${indent}${text}`;
  return `${indent}${listed(text, indent)}`;
}

/** Breaks a text that is too long for its line inside its longest bracket. */
function listed(text: string, indent: string): string {
  const [group] = groupsOf(text).toSorted((a, b) => b.end - b.start - (a.end - a.start));
  if (group === undefined) return text;
  // The brackets of `containsAny([…])` open together.
  const depth = text.startsWith('[', group.start + 1) && text.startsWith(']', group.end - 1) ? 2 : 1;
  const [before, after] = [text.slice(0, group.start + depth), text.slice(group.end + 1 - depth)];
  const inner = text.slice(group.start + depth, group.end + 1 - depth);
  const inside = `${indent}${STEP}`;
  const conditions = conditionsIn(inner);
  if (conditions.length > 1) {
    const lines = conditions.map((part) => layoutPart(part, inside));
    return `${before}${lines.join('\n').trimStart()}${after}`;
  }
  const commas = outside(inner).filter((at) => inner.startsWith(', ', at));
  return `${before}\n${filled(
    cutAt(
      inner,
      commas.map((at) => at + 2),
    ),
    inside,
  )}\n${indent}${after}`;
}

/** Puts as many items on each line as fit. */
function filled(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  for (const item of items) {
    const line = lines.at(-1);
    if (line !== undefined && `${line} ${item}`.length <= WIDTH) lines.push(`${lines.pop() ?? ''} ${item}`);
    else lines.push(`${indent}${item}`);
  }
  return lines.join('\n');
}

function cutAt(text: string, places: readonly number[]): readonly string[] {
  return [0, ...places].map((from, index) => text.slice(from, places[index]).trim());
}

interface Group {
  /** The offsets of its brackets. */
  readonly start: number;
  readonly end: number;
}

/** Returns the outermost brackets. */
function groupsOf(text: string): readonly Group[] {
  const groups: Group[] = [];
  const open: number[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if ('([{'.includes(token)) open.push(index);
    if (!')]}'.includes(token)) continue;
    const start = open.pop();
    if (start !== undefined && open.length === 0) groups.push({ start, end: index });
  }
  return groups;
}

/** Returns the offsets of spaces and commas outside brackets and strings. */
function outside(text: string): readonly number[] {
  const inside = [...groupsOf(text).map(({ start, end }) => [start, end] as const), ...stringsIn(text)];
  const places = [...text.matchAll(/[ ,]/g)].map(({ index }) => index);
  return places.filter((at) => !inside.some(([start, end]) => start < at && at < end));
}

function stringsIn(text: string): readonly (readonly [number, number])[] {
  const strings = [...text.matchAll(TOKEN)].filter(({ 0: token }) => token.startsWith('"'));
  return strings.map(({ 0: token, index }) => [index, index + token.length] as const);
}
