import { type Logger, pino } from 'pino';
import { createLogLines } from './log-lines.js';
import { readNamed } from './settings.js';

export type { Logger };

/** Names under which content or secrets could slip into a log line; pino drops them at any of the first levels. */
const NEVER = [
  'sections',
  'header',
  'draft',
  'notice',
  'notices',
  'sdJwt',
  'disclosures',
  'salt',
  'record',
  'statement',
  'bytes',
  'body',
  'content',
  'text',
  'token',
  'authorization',
  'cookie',
  'password',
  'seed',
  'd',
];

/**
 * NDJSON on stderr. Lines hold codes, own ids and counts; content is dropped by path even where it slips in. The level is
 * `LIAISON_LOG_LEVEL` unless given; for one that is none `info`, until the process refuses it with its other settings.
 */
export function createLogger(name: string, level = levelIn(process.env)): Logger {
  return pino({ name, level, base: { name }, ...REDACTION }, createLogLines(name, 2));
}

function levelIn(env: NodeJS.ProcessEnv): string {
  return readNamed(['logLevel'], env).values.logLevel ?? 'info';
}

/** How lines are kept free of content, wherever they go. */
export const REDACTION = {
  redact: { paths: NEVER.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), remove: true },
  serializers: { err: safeError },
};

interface SafeError {
  readonly type: string;
  readonly code?: unknown;
  readonly message?: string;
  /** Where it was thrown; the lines of the message are not part of it. */
  readonly stack?: string;
  readonly cause?: SafeError;
}

/** A syntax error quotes the text that it could not read, in its message and at the head of its stack. */
function safeError(thrown: unknown): SafeError {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const { name, message, stack = '', cause } = thrown;
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return {
    type: name,
    ...('code' in thrown ? { code: thrown.code } : {}),
    ...(thrown instanceof SyntaxError ? {} : { message }),
    stack: frames.join('\n'),
    ...(cause === undefined ? {} : { cause: safeError(cause) }),
  };
}
