/** What decides without any rule: the originator's own list, or what the router knows of the recipient or the notice. */
export const BECAUSE = ['not-addressed', 'excluded', 'suspended', 'ended', 'key-revoked'] as const;
export type Because = (typeof BECAUSE)[number];
