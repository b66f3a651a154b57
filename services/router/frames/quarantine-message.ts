import type { Code } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { parseSubject } from '../../shared/wire/subjects.js';
import type { Hub } from '../hub.js';

/** What came, believed or not. */
interface Message {
  readonly org: OrgId;
  readonly subject: string;
  readonly bytes: Uint8Array;
  settle(): Promise<unknown>;
}

/** Quarantine, a security event, and never again: nobody gets a report on what nobody can be named for. */
export async function quarantineMessage(
  { quarantine, events }: Pick<Hub, 'quarantine' | 'events'>,
  message: Message,
  code: Code,
): Promise<void> {
  const { org, subject, bytes } = message;
  await quarantine({ org, subject, items: [{ what: 'message', reason: code, bytes }] });
  const about = { originator: org, ...namedIn(subject) };
  events.security(code, about);
  events.emit('quarantined', { ...about, code });
  await message.settle();
}

/** The name it came under, right or wrong: who sent it finds it again by that. */
export function namedIn(text: string): { readonly frame?: string } {
  const subject = parseSubject(text);
  return subject?.type === 'out' ? { frame: subject.frame } : {};
}
