import type { ConnectionEvent } from '../shared/bus/connect.js';
import { type Code, LiaisonError } from '../shared/kernel/errors.js';
import type { Logger } from '../shared/runtime/logger.js';
import { isDamage } from '../shared/store/sqlite-error.js';

/** The log of errors that are tried again, and of changes of the connection. */
export interface ErrorLog {
  /** Returns the log of a part, which each line names. */
  onError(about: string): (event: LiaisonError | ConnectionEvent) => void;
  /** Resolves with the first error that shows a damaged database. */
  readonly damaged: Promise<LiaisonError>;
}

/** Creates the log; errors are counted by code. */
export function createErrorLog(log: Logger, count: (code: Code) => void): ErrorLog {
  let onDamaged = (_error: LiaisonError): void => undefined;
  const damaged = new Promise<LiaisonError>((resolve) => (onDamaged = resolve));
  return {
    damaged,
    onError: (about) => (event) => {
      const isError = event instanceof LiaisonError;
      if (isError) count(event.code);
      const code = isError ? event.code : event.type;
      log.warn({ about, code, err: isError ? event.cause : undefined }, event.message);
      if (isError && isDamage(event.cause)) onDamaged(event);
    },
  };
}
