import { closed } from '../../kernel/closed-schema.js';

/** The members that witness the log, as approvers of the earlier witnesses named them. */
export interface WitnessList {
  /** From 1; that of the next list is higher. */
  readonly number: number;
  /** Ids in ascending order. */
  readonly members: readonly string[];
  /** JWS of approvers of the earlier witnesses. */
  readonly approvals: readonly string[];
}

/** The most witnesses of a log: every reader of a note takes 16 signatures, and one of them is the log's. */
export const MAX_WITNESSES = 15;

/** Returns the JSON schema of a witness list, from those of a version and of a list of ids. */
export function witnessListSchema({ version, ids }: Readonly<Record<'version' | 'ids', object>>): object {
  const approval = { type: 'string', maxLength: 2_048 };
  return closed({
    number: version,
    members: { ...ids, minItems: 1, maxItems: MAX_WITNESSES, uniqueItems: true },
    approvals: { type: 'array', maxItems: MAX_WITNESSES, items: approval },
  });
}

/** Returns what is wrong with the members of a list; undefined if nothing is. */
export function witnessFault({ members }: WitnessList, organisations: object): string | undefined {
  const stranger = members.find((id) => !Object.hasOwn(organisations, id));
  if (stranger !== undefined) return `names \`${stranger}\`, which is no member`;
  return members.toSorted().join() === members.join() ? undefined : 'is not in ascending order';
}
