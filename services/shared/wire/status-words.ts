/** The names of status events, in the order of a notice's life. */
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

/** The emphasis with which a status event is displayed. Its name is always displayed too. */
export type Tone = 'good' | 'part' | 'bad' | 'new' | 'calm';

/** Returns the tone of an event; `calm` for events that this version does not know. */
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

/** The outcomes of a notice for one recipient: of the decision, then of the receipt. */
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
