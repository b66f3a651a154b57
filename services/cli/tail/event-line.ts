import { counted } from '../../shared/wire/counted.js';
import { shortId } from '../../shared/notice/short-id.js';
import { toneOf } from '../../shared/wire/status-words.js';
import type { Paint } from '../terminal/output.js';
import type { StatusEvent } from './status-events.js';
import type { TailGap } from './gaps.js';

/**
 * Formats an event on one line, in the colour of its outcome, or dim for a simulated attack: `12:04:31.120 redacted red
 * europol → afripol e735c36b95a5 identity eur-export-03`.
 */
export function eventLine(
  facts: StatusEvent,
  { paint, width, isSimulated }: { paint: Paint; width: number; isSimulated: boolean },
): string {
  const { dim } = paint;
  const { heard = '', at = heard, event, kind, originator, recipient, jti } = facts;
  const code = isSimulated ? `${facts.code ?? ''} simulated`.trim() : facts.code;
  const between =
    recipient === undefined || recipient === '_' ? (originator ?? '') : `${originator ?? '_'} → ${recipient}`;
  const columns = [
    at.slice(11, 23),
    event.padEnd(11),
    (kind === undefined || kind === '_' ? '' : kind).padEnd(10),
    between.padEnd(22),
    shortId(jti ?? '').padEnd(12),
  ];
  const used = columns.join(' ').length + (code === undefined ? 0 : code.length + 1) + 1;
  const [time = '', name = '', what = '', who = '', which = ''] = columns;
  return [
    dim(time),
    (isSimulated ? dim : colourOf(event, paint))(name),
    what,
    who,
    dim(which),
    ...(code === undefined ? [] : [(isSimulated ? dim : paint.red)(code)]),
    whyOf(facts, { dim, room: Math.max(0, width - used) }),
  ].join(' ');
}

/** Formats sections, then rules, cut to the room. */
function whyOf(
  { event, sections = [], rules = [] }: StatusEvent,
  { dim, room }: { readonly dim: Paint['dim']; readonly room: number },
): string {
  const what = sections.join(' ');
  const why = event === 'denied' && rules.length === 0 ? 'no rule permits it' : rules.join(' ');
  const whole = what === '' ? why : `${what}  ${why}`;
  const cut = whole.length > room ? `${whole.slice(0, Math.max(0, room - 1))}…` : whole;
  return `${cut.slice(0, what.length)}${dim(cut.slice(what.length))}`.trimEnd();
}

/** Formats a gap: events that were not received, or are no longer kept. */
export function gapLine({ missed, heard = '', older = false }: TailGap, { yellow }: Paint): string {
  if (older) return yellow(`… events before ${heard.slice(0, 19)}Z are no longer kept`);
  if (missed === undefined) return yellow(`… some events around ${heard.slice(11, 19)} were not received`);
  return yellow(`… ${counted(missed, 'event')} not received`);
}

function colourOf(event: string, { green, yellow, red, dim, cyan }: Paint): (text: string) => string {
  const colours = { good: green, part: yellow, bad: red, new: cyan, calm: dim };
  return colours[toneOf(event)];
}
