import { LiaisonError } from '../../shared/kernel/errors.js';

/** The option that each member of the body of an order or a request is given by, by the start of its JSON pointer. */
const OPTIONS: readonly (readonly [place: RegExp, option: string])[] = [
  [/^\/(until|expiresAt)$/, '--until'],
  [/^\/reason$/, '--reason'],
  [/^\/purpose$/, '--purpose'],
  [/^\/(section|sections)(\/|$)/, '--section'],
  [/^\/holders\/[0-9]+\/sections(\/|$)/, '--section'],
  [/^\/(to|holders)(\/|$)/, '--to'],
];

/** Returns the option that gives the value at a JSON pointer of a body; the pointer itself if none does. */
function optionFor(path: string): string {
  return OPTIONS.find(([place]) => place.test(path))?.[1] ?? path;
}

/**
 * Calls a function that posts what options say, and names in an error of the gateway the option in place of the JSON pointer,
 * which the person did not write. Any other error is thrown as it is.
 */
export async function withOptionNames<T>(post: () => Promise<T>): Promise<T> {
  try {
    return await post();
  } catch (error) {
    if (!(error instanceof LiaisonError) || error.details.length === 0) throw error;
    const details = error.details.map((detail) => ({ ...detail, path: optionFor(detail.path) }));
    const message = error.details.reduce(
      (text, { path }) => (path === '' ? text : text.replaceAll(`\`${path}\``, `\`${optionFor(path)}\``)),
      error.message,
    );
    throw new LiaisonError(error.code, message, { details, cause: error });
  }
}
