/**
 * Returns a pattern, for the flag `u`, of 1 to `max` characters that are shown on one line: none that ends a line, controls a
 * terminal, is invisible or changes the direction of text.
 */
export function oneLinePattern(max: number): string {
  return `^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{1,${max}}$`;
}
