/** What status events are called, in the order of a notice's life. */
export const EVENTS = [
  'submitted',
  'delivered',
  'redacted',
  'denied',
  'parked',
  'deferred',
  'refused',
  'quarantined',
  'received',
  'rejected',
  'recalled',
  'destroyed',
  'kept',
  'expired',
  'alarm',
  'security',
] as const;

/** What was decided, and what a receipt says. */
export const OUTCOMES = [
  'delivered',
  'redacted',
  'denied',
  'held',
  'rejected',
  'destroyed',
  'kept',
  'not-held',
  'superseded',
] as const;
