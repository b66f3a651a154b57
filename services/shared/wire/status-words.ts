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

/** How a status event is shown: what somebody should look at stands out, and the word is always there too. */
export type Tone = 'good' | 'part' | 'bad' | 'new' | 'calm';

/** Calm for what this version does not know. */
export function toneOf(event: string): Tone {
  switch (event) {
    case 'delivered':
    case 'received':
      return 'good';
    case 'redacted':
    case 'parked':
    case 'deferred':
      return 'part';
    case 'denied':
    case 'refused':
    case 'rejected':
    case 'quarantined':
    case 'alarm':
    case 'security':
      return 'bad';
    case 'submitted':
      return 'new';
    default:
      return 'calm';
  }
}

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
