/** A member, or a process of the hub, with the newest contract that it speaks; null when it does not answer. */
export interface ContractSpeaker {
  readonly name: string;
  readonly contract: number | null;
}

/** What raising the contract of the hub would do now. */
export type RaiseVerdict =
  | { readonly type: 'raise'; readonly to: number }
  | { readonly type: 'nothing' }
  /** `lacking` do not speak `to`, or do not answer. */
  | { readonly type: 'lacking'; readonly to: number; readonly lacking: readonly ContractSpeaker[] };

/**
 * Judges whether the contract of the hub may rise: to the newest that all speakers speak. `speakers` are the
 * members in force, and the hub's routers and auditor; a suspended member does not count.
 */
export function judgeRaise(hub: number, speakers: readonly ContractSpeaker[]): RaiseVerdict {
  const spoken = speakers.map(({ contract }) => contract ?? 0);
  const common = Math.min(...spoken);
  if (common > hub) return { type: 'raise', to: common };
  const to = Math.max(...spoken) > hub ? hub + 1 : hub;
  const lacking = speakers.filter(({ contract }) => (contract ?? 0) < to);
  return lacking.length === 0 ? { type: 'nothing' } : { type: 'lacking', to, lacking };
}
