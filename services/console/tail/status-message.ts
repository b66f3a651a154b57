import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { parseSubject, type StatusTokens } from '../../shared/wire/subjects.js';

/** The facts of a status event besides its subject: names, ids and codes only. */
export interface StatusFacts {
  readonly jti?: string;
  readonly frame?: string;
  readonly code?: string;
  readonly what?: string;
  readonly sections?: readonly string[];
  readonly rules?: readonly string[];
  /** When it happened, by its publisher. */
  readonly at?: string;
}

/** A status event as received; it is unsigned, so it is shown but proves nothing. */
export interface StatusMessage extends StatusTokens {
  readonly outcome: string;
  /** Its publisher, the instance (one for each start of the publisher), and its number within the instance. */
  readonly source: string;
  readonly instance: string;
  readonly seq: number;
  readonly facts: StatusFacts;
}

const MAX_WORD_LENGTH = 200;
const MAX_LIST_LENGTH = 64;

/**
 * Reads a message of `status.>`; undefined for a malformed one. Originator and recipient are taken from the subject, which the
 * broker restricts by account; only known facts are taken from the payload.
 */
export function readStatusMessage(subject: string, bytes: Uint8Array): StatusMessage | undefined {
  const parsed = parseSubject(subject);
  if (parsed?.type !== 'status') return undefined;
  const { event, originator, recipient, kind } = parsed;
  const { id, data } = read(bytes);
  const { source, seq } = data;
  if (!isWord(source) || typeof seq !== 'number' || !Number.isSafeInteger(seq)) return undefined;
  const outcome = isWord(data['outcome']) ? data['outcome'] : '';
  const instance = isWord(id) ? id.slice(0, -String(seq).length) : source;
  return { event, originator, recipient, kind, outcome, source, instance, seq, facts: factsOf(data) };
}

type Unknown = Readonly<Record<string, unknown>>;

function read(bytes: Uint8Array): { readonly id: unknown; readonly data: Unknown } {
  try {
    const { id, data } = Object(parseStrictJson(bytes)) as Unknown;
    return { id, data: Object(data) as Unknown };
  } catch {
    return { id: undefined, data: {} };
  }
}

function factsOf(data: Unknown): StatusFacts {
  const words = (['jti', 'frame', 'code', 'what', 'at'] as const)
    .map((name) => [name, data[name]] as const)
    .filter(([, value]) => isWord(value));
  const lists = (['sections', 'rules'] as const)
    .map((name) => [name, data[name]] as const)
    .filter(([, value]) => Array.isArray(value) && value.length <= MAX_LIST_LENGTH && value.every(isWord));
  return Object.fromEntries([...words, ...lists]);
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_WORD_LENGTH;
}
