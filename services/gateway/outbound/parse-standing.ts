import { isJsonObject } from '../../shared/kernel/json-object.js';
import type {
  ShownEnd,
  ShownHeldStanding,
  ShownStanding,
  ShownStatement,
} from '../../shared/wire/shown-standing.js';

/** Parses the answer to a question of type `standing`; undefined if it has another form. */
export function parseStanding(answer: Readonly<Record<string, unknown>>): ShownStanding | undefined {
  const { read, submission, receipts, held, own, next } = answer;
  if (!isJsonObject(read) || typeof read['epoch'] !== 'string' || !isCount(read['sequence']))
    return undefined;
  if (!isStatement(submission) || !isStatement(receipts)) return undefined;
  if (!isListOf(held, isHeld) || !isListOf(own, isText) || !(next === null || isText(next))) return undefined;
  const place = { epoch: read['epoch'], sequence: read['sequence'] };
  return { read: place, submission, receipts, held, own, next };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isListOf<T>(value: unknown, is: (one: unknown) => one is T): value is readonly T[] {
  return Array.isArray(value) && value.every(is);
}

function isStatement(value: unknown): value is ShownStatement | null {
  if (value === null) return true;
  if (!isJsonObject(value) || !isCount(value['number'])) return false;
  const { digests, signed } = value;
  return isListOf(digests, isText) && (signed === null || isText(signed));
}

function isHeld(value: unknown): value is ShownHeldStanding {
  if (!isJsonObject(value) || !isListOf(value['actions'], isText)) return false;
  const { number, end } = value;
  return (end === null || isEnd(end)) && (number === null || isCount(number));
}

function isEnd(value: unknown): value is ShownEnd {
  if (!isJsonObject(value) || !isText(value['verb']) || !isCount(value['number'])) return false;
  return value['proof'] === undefined || isListOf(value['proof'], isText);
}
