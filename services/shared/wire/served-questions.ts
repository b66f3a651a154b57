/**
 * The types of questions that the hub of this version answers besides those that every hub answers. The directory lists them, so
 * that a gateway asks no hub that would not understand.
 */
export const SERVED_QUESTIONS: readonly string[] = ['delivery', 'overheld', 'standing'];
