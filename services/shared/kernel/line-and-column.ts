/** The last text that was asked about, and where its lines begin: a file of many rules is asked about for each of them. */
let last: { readonly file: string; readonly starts: readonly number[] } = { file: '', starts: [0] };

/** Returns an offset in UTF-16 units as `line:col`, both from 1. */
export function lineAndColumn(file: string, offset: number): string {
  if (last.file !== file) last = { file, starts: lineStarts(file) };
  const { starts } = last;
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return `${low + 1}:${offset - (starts[low] ?? 0) + 1}`;
}

function lineStarts(file: string): readonly number[] {
  const starts = [0];
  for (let at = file.indexOf('\n'); at !== -1; at = file.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
