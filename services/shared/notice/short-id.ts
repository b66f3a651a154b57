const LAST_DIGITS = 12;

/**
 * Shortens the id of a notice, or of a revision of it, to what `tail` and the console show and what every command accepts for it:
 * the last 12 digits of the notice's id. They are random, so that they name one notice.
 */
export function shortId(id: string): string {
  return id.slice(0, `${id}.`.indexOf('.')).slice(-LAST_DIGITS);
}
