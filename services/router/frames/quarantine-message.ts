import type { Code } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { contractOf } from '../../shared/wire/codec.js';
import { parseSubject } from '../../shared/wire/subjects.js';
import type { Hub } from '../hub.js';

/** A received message, verified or not. */
interface Received {
  readonly org: OrgId;
  readonly subject: string;
  readonly bytes: Uint8Array;
  settle(): Promise<unknown>;
}

/**
 * Quarantines a whole message with a security event and settles it. No report: the message has no verified originator. A frame
 * of a contract above the one that the directory lists for its sender is unreadable. One of a listed contract that this router
 * does not speak keeps its code: its sender offers it again, and a router that speaks the contract takes it.
 */
export async function quarantineMessage(
  { quarantine, events, directory }: Pick<Hub, 'quarantine' | 'events' | 'directory'>,
  message: Received,
  reason: Code,
): Promise<void> {
  const { org, subject, bytes } = message;
  const listed = directory().organisations.get(org)?.contract ?? 0;
  const code = reason === 'contract-unknown' && contractOf(bytes) > listed ? 'frame-unreadable' : reason;
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
