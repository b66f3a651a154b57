/** What the console's API answers about the quarantine and its page shows; imports nothing, so that both sides share it. */

/** A key that signs commands, as the signed directory lists it. */
export interface ShownOperatorKey {
  readonly kid: string;
  /** Its public half. */
  readonly x: string;
  readonly person: string;
  /** Whether it counts now. */
  readonly state: 'good' | 'not valid yet' | 'expired' | 'revoked';
}

/** A command that was handed to the broker. */
export interface ShownRelay {
  readonly id: string;
  readonly verb: string;
  readonly person: string;
}
