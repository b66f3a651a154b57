import { destination, type Logger, pino } from 'pino';

export type { Logger };

/** Names under which content or secrets could slip into a log line; pino drops them at any of the first levels. */
const NEVER = [
  'sections',
  'notice',
  'notices',
  'sdJwt',
  'bytes',
  'body',
  'token',
  'authorization',
  'seed',
  'd',
];

/** NDJSON on stderr. Lines hold codes, own ids and counts; content is dropped by path even where it slips in. */
export function createLogger(name: string, level = 'info'): Logger {
  const paths = NEVER.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  return pino({ name, level, base: { name }, redact: { paths, remove: true } }, destination(2));
}
