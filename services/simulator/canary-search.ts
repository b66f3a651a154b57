import { forgetOldest } from '../shared/kernel/bounded-map.js';

/** Canaries to look for; more can be added between two looks. */
export interface CanaryIndex {
  add(canary: string): void;
  /** Tells of each canary that is in the bytes, perhaps several times: in the clear, and in base64, twice over. */
  find(bytes: Uint8Array | string, tell: (canary: string) => void): void;
}

/** A simulation without end stays small: what is older is not looked for any more. */
const MAX = 150_000;
const HALF = 16;
const HEX = /[0-9a-f]{16,}/g;
/** Four characters of base64 that stand for three lower-case hex digits; half a canary holds four of these at least. */
const QUADS = /(?:[MNOYZ][DGTWjmz2][ABEFIJMNQRUVYZcdghkl][h-mw-z0-5]){4,}/g;
/** 16 characters take 22 in base64. */
const BASE64 = /[A-Za-z0-9_\-+/]{22,}/g;
const NO_BASE64 = /[^A-Za-z0-9_\-+/]/g;

/**
 * A canary is 32 lower-case hex digits, and half of one counts as seen: SQLite splits long values over pages and its
 * text index leaves out what a word shares with the one before, but neither cuts both halves. Once in base64 it is found
 * by what hex digits look like there, which no other text does by chance for so long; for a second time every run
 * of base64 is decoded, from four places, because where one begins in a file says nothing.
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

/** What stands in the text as base64 and has twelve hex digits or more on end, with the bytes around them. */
function* hexInBase64(text: string): Generator<string> {
  QUADS.lastIndex = 0;
  let seen = 0;
  for (let match = QUADS.exec(text); match !== null; match = QUADS.exec(text)) {
    const { index } = match;
    const end = QUADS.lastIndex;
    // The true beginning may be one to three characters later; what ends where the last one did was seen with that.
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
