import type { Paint } from '../output.js';
import type { StatusEvent } from '../status-events.js';

/** `12:04:31 redacted  red  europol → afripol  0190b7a2… identity description  eur-export-03` */
export function eventLine(facts: StatusEvent, paint: Paint): string {
  const { dim } = paint;
  const { at = '', event, kind, originator, recipient, jti, sections = [], rules = [], code } = facts;
  const between =
    recipient === undefined || recipient === '_' ? (originator ?? '') : `${originator ?? '_'} → ${recipient}`;
  return [
    dim(at.slice(11, 23)),
    colourOf(event, paint)(event.padEnd(11)),
    (kind === undefined || kind === '_' ? '' : kind).padEnd(10),
    between.padEnd(22),
    dim((jti ?? '').slice(-14)),
    code === undefined ? '' : paint.red(code),
    sections.join(' '),
    dim(rules.join(' ')),
  ]
    .filter((word) => word !== '')
    .join(' ');
}

/** Events that were published and not heard. */
export function gapLine(missed: number, { yellow }: Paint): string {
  return yellow(`… ${missed} ${missed === 1 ? 'event' : 'events'} not heard`);
}

function colourOf(event: string, { green, yellow, red, dim, cyan }: Paint): (text: string) => string {
  switch (event) {
    case 'delivered':
    case 'received':
      return green;
    case 'redacted':
    case 'parked':
    case 'deferred':
      return yellow;
    case 'denied':
    case 'refused':
    case 'rejected':
    case 'quarantined':
    case 'alarm':
    case 'security':
      return red;
    case 'submitted':
      return cyan;
    default:
      return dim;
  }
}
