import { decodeBase64url } from '../../kernel/base64url.js';
import { errorFrom } from '../../kernel/errors.js';
import { type OrgId, parseOrgId } from '../../kernel/ids.js';
import { parseSubject, type Subject } from '../../wire/subjects.js';
import { type Directory, openDirectory } from '../directory.js';
import { parsePublicJwk, type PublicJwk } from '../jwk.js';
import type { ChildSays, OpenAloneRequest } from './open-alone.js';

/** A suspect as a child process opens it. */
export interface SuspectFrame {
  readonly org: OrgId;
  readonly subject: Subject | undefined;
  readonly bytes: Uint8Array;
  readonly anchor: PublicJwk;
  readonly directory: Directory;
  readonly now: Date;
}

/**
 * Runs this process as the child of `createOpenAlone`: it opens the one suspect of its request, if there is one, and ends. A refusal
 * with a code is no crash; any other failure is.
 */
export function serveOpenAlone(open: (suspect: SuspectFrame) => Promise<unknown>): void {
  process.once('uncaughtException', crashed);
  process.once('message', (message) => {
    say('started');
    // The parent runs `createOpenAlone`, so the shape of its message is not checked.
    openRequested(message as OpenAloneRequest, open)
      .catch(tolerate)
      .then(() => say('opened', () => process.exit(0)), crashed);
  });
  process.once('disconnect', () => process.exit(1));
}

async function openRequested(
  { alone, directory: frame, anchor: root, now }: OpenAloneRequest,
  open: (suspect: SuspectFrame) => Promise<unknown>,
): Promise<void> {
  const anchor = parsePublicJwk(root);
  const directory = await openDirectory(decodeBase64url(frame), anchor);
  if (alone === undefined) return;
  const org = parseOrgId(alone.org);
  const [subject, bytes] = [parseSubject(alone.subject), decodeBase64url(alone.bytes)];
  await open({ org, subject, bytes, anchor, directory, now: new Date(now) });
}

/** Waits for all parts of a suspect, so that the refusal of one does not hide the crash of another. Throws only what is no refusal. */
export async function settleAll(parts: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(parts);
  for (const result of results) if (result.status === 'rejected') tolerate(result.reason);
}

function tolerate(thrown: unknown): void {
  if (errorFrom(thrown).code === 'internal') throw thrown;
}

const say = (words: ChildSays, end: () => void = () => undefined): void => {
  process.send?.(words, end);
};
const crashed = (): void => say('exception', () => process.exit(1));
