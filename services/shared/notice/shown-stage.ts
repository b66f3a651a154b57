import type { Stage } from './stages.js';

/** A stage of a notice as gateways and the console show it: times in ISO 8601. */
export interface ShownStage extends Omit<Stage, 'at' | 'deadline'> {
  readonly at?: string;
  readonly deadline?: string;
}

/** Returns a stage as it is shown. */
export function showStage({ at, deadline, ...stage }: Stage): ShownStage {
  return {
    ...stage,
    ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
    ...(deadline === undefined ? {} : { deadline: new Date(deadline).toISOString() }),
  };
}
