import { type Logger, pino } from 'pino';
import { createLogLines } from './log-lines.js';
import { readNamed } from './settings.js';

export type { Logger };

/** Names of fields that could hold content or secrets; pino removes them at the first three levels of a line. */
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
 * Creates a logger of NDJSON lines on stderr. Lines hold codes, own ids and counts; `REDACTION` removes content. The level
 * is `LIAISON_LOG_LEVEL` unless given, and `info` while that setting is invalid: the process refuses it with the others.
 */
export function createLogger(name: string, level = levelIn(process.env)): Logger {
  return pino({ name, level, base: { name }, ...REDACTION }, createLogLines(name, 2));
}

function levelIn(env: NodeJS.ProcessEnv): string {
  return readNamed(['logLevel'], env).values.logLevel ?? 'info';
}

/** The pino options that keep content and secrets out of log lines. */
export const REDACTION = {
  redact: { paths: NEVER.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), remove: true },
  serializers: { err: safeError },
};

interface SafeError {
  readonly type: string;
  readonly code?: unknown;
  readonly message?: string;
  /** The frames only, without the message. */
  readonly stack?: string;
  readonly cause?: SafeError;
}

/** Leaves out the message of a syntax error and the head of every stack: they quote the text that could not be parsed. */
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
