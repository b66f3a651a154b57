/** Reasons to deny that are no rule: the originator's lists, or the state of the recipient, the notice or a key. */
export const BECAUSE = [
  'not-addressed',
  'excluded',
  'suspended',
  'ended',
  'key-revoked',
  'restricted',
] as const;
/** One of `BECAUSE`. */
export type Because = (typeof BECAUSE)[number];
