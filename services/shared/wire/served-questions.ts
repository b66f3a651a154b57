/** The types of questions that every hub answers. */
const CORE_QUESTIONS: readonly string[] = ['preview', 'status', 'unsettled'];

/** The types of questions that the hub of this version answers besides those. The directory lists them. */
export const SERVED_QUESTIONS: readonly string[] = ['delivery', 'overheld', 'standing'];

/** True for a type of question that a hub answers of which the directory says `serves`. */
export function isServed(type: string, serves: readonly string[]): boolean {
  return CORE_QUESTIONS.includes(type) || serves.includes(type);
}
