const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);

/**
 * Where the character at `offset` of a YAML scalar's value is in its source: quotes, escapes, folded lines and
 * indentation are only there. 0 where the two cannot be laid beside each other.
 */
export function offsetInScalar(source: string, value: string, offset: number): number {
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
