/** The answer of the auditor's `/v1/undestroyed`, by the records: counts alone, no notices. */
export interface ShownUndestroyed {
  /** The number of the last record that counts. */
  readonly record: number;
  /** What the member has not signed to have destroyed, by originator. */
  readonly holds: readonly ShownUndestroyedCount[];
  /** What others have not signed to have destroyed of the notices of the member, by holder. */
  readonly heldByOthers: readonly ShownUndestroyedCount[];
}

/** The notices between the member and another organisation. */
export interface ShownUndestroyedCount {
  readonly org: string;
  readonly notices: number;
  /** Those of them that are taken back as a whole, by a withdrawal, a restriction or a recall. */
  readonly asked: number;
}
