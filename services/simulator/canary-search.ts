import { forgetOldest } from '../shared/kernel/bounded-map.js';

/** Canaries to search for; more can be added between two searches. */
export interface CanaryIndex {
  add(canary: string): void;
  /** Calls back for each canary in the bytes, possibly several times: in plain text, in base64, and in base64 of base64. */
  find(bytes: Uint8Array | string, tell: (canary: string) => void): void;
}

/** The most canaries kept; older ones are dropped, so that an endless simulation stays small. */
const MAX = 150_000;
const HALF = 16;
const HEX = /[0-9a-f]{16,}/g;
/** Four characters of base64 that encode three lower-case hex digits; half a canary contains at least four of these. */
const QUADS = /(?:[MNOYZ][DGTWjmz2][ABEFIJMNQRUVYZcdghkl][h-mw-z0-5]){4,}/g;
/** 16 characters take 22 characters of base64. */
const BASE64 = /[A-Za-z0-9_\-+/]{22,}/g;
const NO_BASE64 = /[^A-Za-z0-9_\-+/]/g;

/**
 * Creates an index. A canary is 32 lower-case hex digits, and half of one counts as found: SQLite splits long values over
 * pages and its text index omits prefixes shared with the previous word, but neither cuts both halves. In base64, a canary is
 * found by the pattern of encoded hex digits, which other text does not have at that length. For base64 of base64, every run
 * is decoded from four offsets, because its beginning in a file is unknown.
 */
export function createCanaryIndex(): CanaryIndex {
  const halves = new Map<string, string>();
  const findInClear = (text: string, tell: (canary: string) => void): void => {
    for (const [run] of text.matchAll(HEX)) {
      for (let at = 0; at + HALF <= run.length; at++) {
        const canary = halves.get(run.slice(at, at + HALF));
        if (canary !== undefined) tell(canary);
      }
    }
  };
  const findInBase64 = (text: string, tell: (canary: string) => void): void => {
    for (const digits of hexInBase64(text)) findInClear(digits, tell);
  };
  return {
    add: (canary) => {
      halves.set(canary.slice(0, HALF), canary);
      halves.set(canary.slice(HALF), canary);
      forgetOldest(halves, 2 * MAX);
    },
    find: (bytes, tell) => {
      const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
      findInClear(text, tell);
      findInBase64(text, tell);
      for (const [run] of text.matchAll(BASE64)) {
        for (let begin = 0; begin < 4; begin++) findInBase64(decode(run.slice(begin)), tell);
      }
    },
  };
}

/** Returns the runs of base64 that encode at least twelve hex digits in a row, with the bytes around them. */
function* hexInBase64(text: string): Generator<string> {
  QUADS.lastIndex = 0;
  let seen = 0;
  for (let match = QUADS.exec(text); match !== null; match = QUADS.exec(text)) {
    const { index } = match;
    const end = QUADS.lastIndex;
    // The run may begin one to three characters later; a run with the same end as the last one was already returned.
    QUADS.lastIndex = index + 1;
    if (end === seen) continue;
    seen = end;
    const before = text
      .slice(Math.max(0, index - 4), index)
      .replace(NO_BASE64, 'A')
      .padStart(4, 'A');
    const [after = ''] = text.slice(end, end + 4).split(NO_BASE64, 1);
    yield decode(before + text.slice(index, end) + after);
  }
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}
