import type { LiaisonError } from '../../shared/kernel/errors.js';
import type { Output } from './output.js';

/** A problem document (RFC 9457) with the same codes as the HTTP interfaces. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

function problemOf({ code, message, details }: LiaisonError): ProblemDocument {
  return {
    type: `urn:liaison:error:${code}`,
    title: code.replaceAll('-', ' '),
    code,
    detail: message,
    ...(details.length === 0 ? {} : { errors: details }),
  };
}

/** Writes an error to stderr: a problem document with `--json`, else one line and a line for each place. */
export function showError(error: LiaisonError, output: Output): void {
  if (output.json) {
    output.note(JSON.stringify(problemOf(error)));
    return;
  }
  const { red, dim } = output.notePaint;
  output.note(`${red('error')} ${dim(`[${error.code}]`)} ${error.message}`);
  for (const { path, message } of error.details) {
    if (!names(error.message, path)) output.note(`  ${path}: ${message}`);
  }
  const cause = error.cause;
  if (error.code === 'internal' && cause instanceof Error) output.note(dim(String(cause.stack)));
}

/** Returns true if the message contains the path itself, not only a longer path that starts with it. */
function names(text: string, path: string): boolean {
  const behind = text.split(path).slice(1);
  return path === '' || behind.some((rest) => !/^[\w/]/.test(rest));
}
