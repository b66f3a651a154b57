/** Looks for canaries in whatever is given to it: in the clear, and inside base64 of either alphabet, twice over. */
export interface CanarySearch {
  look(bytes: Uint8Array | string): void;
  /** The canaries seen so far. */
  readonly found: ReadonlySet<string>;
}

const HALF = 16;
const HEX = /[0-9a-f]{16,}/g;
/** 16 characters take at least 22 in base64. */
const BASE64 = /[A-Za-z0-9_\-+/]{22,}/g;
const DEEPEST = 2;

/**
 * A canary is 32 lower-case hex digits, and half of one counts as seen: SQLite splits long values over pages and its
 * text index leaves out what a word shares with the one before, but neither cuts both halves. In base64 a canary
 * looks one of three ways, and where a run of it begins in a file says nothing: each is decoded from four places.
 */
export function createCanarySearch(canaries: Iterable<string>): CanarySearch {
  const halves = new Map<string, string>();
  for (const canary of canaries) {
    halves.set(canary.slice(0, HALF), canary);
    halves.set(canary.slice(HALF), canary);
  }
  const found = new Set<string>();
  const lookInClear = (text: string): void => {
    for (const [run] of text.matchAll(HEX)) {
      for (let at = 0; at + HALF <= run.length; at++) {
        const canary = halves.get(run.slice(at, at + HALF));
        if (canary !== undefined) found.add(canary);
      }
    }
  };
  const lookIn = (text: string, depth: number): void => {
    lookInClear(text);
    if (depth === DEEPEST) return;
    for (const [run] of text.matchAll(BASE64)) {
      for (let begin = 0; begin < 4; begin++) {
        lookIn(Buffer.from(run.slice(begin), 'base64').toString('latin1'), depth + 1);
      }
    }
  };
  return {
    look: (bytes) => lookIn(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1'), 0),
    found,
  };
}
