/** Answers of the console about operators and commands, which the page shows. Imports nothing, so that both sides can use it. */

/** A key for commands, from the signed directory. */
export interface ShownOperatorKey {
  readonly kid: string;
  /** The public half, base64url. */
  readonly x: string;
  readonly person: string;
  /** Whether it is in force now. */
  readonly state: 'good' | 'not valid yet' | 'expired' | 'revoked';
}

/** A command that the broker has stored. */
export interface ShownRelay {
  readonly id: string;
  readonly verb: string;
  readonly person: string;
}
