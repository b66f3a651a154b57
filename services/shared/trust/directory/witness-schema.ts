/** The members that witness the log, as approvers of the earlier witnesses named them. */
export interface WitnessList {
  /** Rises from 1 with each list. */
  readonly number: number;
  /** When the directory first had it: the keys that approved it were in force then. */
  readonly since: string;
  /** Ids in ascending order. */
  readonly members: readonly string[];
  /** JWS of approvers of the earlier witnesses. */
  readonly approvals: readonly string[];
}

/** The smallest number of witnesses in a list: of fewer, all must cosign and approve, and the loss of one could never be mended. */
export const MIN_WITNESSES = 4;

/** The most witnesses of a log: every reader of a note takes 16 signatures, and one of them is the log's. */
export const MAX_WITNESSES = 15;

/** Returns the JSON schemas of the fields of a witness list, from those of a version, a date and a list of ids. */
export function witnessListFields({
  version,
  date,
  ids,
}: Readonly<Record<'version' | 'date' | 'ids', object>>): Readonly<Record<keyof WitnessList, object>> {
  const approval = { type: 'string', maxLength: 2_048 };
  return {
    number: version,
    since: date,
    members: { ...ids, minItems: MIN_WITNESSES, maxItems: MAX_WITNESSES, uniqueItems: true },
    approvals: { type: 'array', maxItems: MAX_WITNESSES, items: approval },
  };
}

/** True if a directory with this list counts the member as a witness; without a list, any member may be one. */
export function mayWitness(list: WitnessList | undefined, id: string): boolean {
  return list === undefined || list.members.includes(id);
}

/** Returns what is wrong with the members of a list; undefined if nothing is. */
export function witnessFault({ members }: WitnessList, organisations: object): string | undefined {
  const stranger = members.find((id) => !Object.hasOwn(organisations, id));
  if (stranger !== undefined) return `names \`${stranger}\`, which is no member`;
  return members.toSorted().join() === members.join() ? undefined : 'is not in ascending order';
}
