/** A process that has not answered for this long, in milliseconds, is called silent by the command line and the console. */
export const SILENT_AFTER_MS = 5_000;
