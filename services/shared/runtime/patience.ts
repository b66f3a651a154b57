/** Whoever does not answer for so long is called silent, by the command line and by the console. */
export const PATIENCE_MS = 5_000;
