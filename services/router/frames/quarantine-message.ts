import type { Code } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { parseSubject } from '../../shared/wire/subjects.js';
import type { Hub } from '../hub.js';

/** A received message, verified or not. */
interface Received {
  readonly org: OrgId;
  readonly subject: string;
  readonly bytes: Uint8Array;
  settle(): Promise<unknown>;
}

/** Quarantines a whole message with a security event and settles it. No report: the message has no verified originator. */
export async function quarantineMessage(
  { quarantine, events }: Pick<Hub, 'quarantine' | 'events'>,
  message: Received,
  code: Code,
): Promise<void> {
  const { org, subject, bytes } = message;
  await quarantine({ org, subject, items: [{ what: 'message', reason: code, bytes }] });
  const about = { originator: org, ...claimedFrame(subject) };
  events.security(code, about);
  events.emit('quarantined', { ...about, code });
  await message.settle();
}

/** The frame id that a subject claims, unverified: the sender finds the message by it. */
export function claimedFrame(text: string): { readonly frame?: string } {
  const subject = parseSubject(text);
  return subject?.type === 'out' ? { frame: subject.frame } : {};
}
