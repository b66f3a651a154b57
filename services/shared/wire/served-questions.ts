/** The types of questions that every hub answers. */
const CORE_QUESTIONS: readonly string[] = ['preview', 'status', 'unsettled'];

/** The other types of questions that the hub of this version answers. The directory lists them. */
export const SERVED_QUESTIONS: readonly string[] = [
  'consistency',
  'cosign',
  'delivery',
  'directory',
  'inclusion',
  'overheld',
  'policies',
  'releases',
  'standing',
];

/** Maximum records in one question for proofs of inclusion: their paths and the note fit into one answer. */
export const MAX_PROVED_RECORDS = 64;

/** True for a type of question that the hub answers; `serves` is what the directory lists for the hub. */
export function isServed(type: string, serves: readonly string[]): boolean {
  return CORE_QUESTIONS.includes(type) || serves.includes(type);
}
