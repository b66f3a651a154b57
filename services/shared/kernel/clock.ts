/** Time as an argument: tests move it, processes pass `systemClock`. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** Whole seconds since the epoch, as JWT dates count. */
export function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
