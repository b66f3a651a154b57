import type { Code } from '../shared/kernel/errors.js';

/** An error, or what an alarm says in place of one. */
export interface ReportedFault {
  readonly code: Code;
  readonly message?: string;
}

/** Wraps a report, so that a fault with the code and message of the one before is not reported again. */
export function reportOnce<F extends ReportedFault>(
  report: (fault: F | undefined) => void,
): (fault: F | undefined) => void {
  let last: string | undefined;
  return (fault) => {
    const name = fault && `${fault.code} ${fault.message}`;
    if (name === last) return;
    last = name;
    report(fault);
  };
}
