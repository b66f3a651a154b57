/** Time as an argument: tests move it, processes pass `systemClock`. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** Whole seconds since the epoch, as JWT dates count. */
export function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** RFC 3339 in whole seconds UTC, so that the dates of a JWT can equal it. */
export function rfc3339(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
