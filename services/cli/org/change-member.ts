import { InvalidArgumentError } from 'commander';
import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import type { Home } from '../../shared/runtime/home.js';
import { isSuspended, type Organisation } from '../../shared/trust/directory.js';
import { oneLinePattern } from '../../shared/wire/one-line-text.js';
import { newestDirectory, signHomeDirectory, type SignHomeDirectoryParams } from '../init/home-directory.js';
import { lockDirectory } from '../up/lock.js';
import { appendMemberLog, type MemberLogEntry } from './member-log.js';

type SignedEnds = NonNullable<SignHomeDirectoryParams['ends']>;

interface ChangeMemberParams extends Pick<MemberLogEntry, 'verb' | 'reason' | 'undestroyed'> {
  readonly id: string;
  /** Returns the new dates of the member; undefined when nothing is to change. */
  readonly endsOf: (member: Organisation, now: Date) => Omit<SignedEnds, 'org'> | undefined;
  /** Runs after the change, also where nothing was to change, while `lockDirectory` is held. */
  readonly finish?: (member: Organisation) => Promise<void>;
  readonly say: (words: string) => void;
}

/** A member after a change. */
interface ChangedMember {
  readonly member: Organisation;
  readonly version: number;
  /** False when the directory said so before. */
  readonly isChanged: boolean;
}

/**
 * Signs the next version of the directory with other dates of one member, and logs who was changed and why. Throws `forbidden`
 * without the key that signs, `organisation-unknown`, `busy` while another process signs, and what `endsOf` and `finish` throw.
 */
export async function changeMember(
  home: Home,
  { finish = async () => {}, ...params }: ChangeMemberParams,
): Promise<ChangedMember> {
  const lock = lockDirectory(home);
  try {
    const changed = await signEnds(home, params);
    await finish(changed.member);
    return changed;
  } finally {
    lock.release();
  }
}

async function signEnds(
  home: Home,
  { id, endsOf, say, ...logged }: Omit<ChangeMemberParams, 'finish'>,
): Promise<ChangedMember> {
  const before = await newestDirectory(home, say);
  const member = findListed(before.organisations.values(), id);
  const now = new Date();
  const ends = endsOf(member, now);
  if (ends === undefined) return { member, version: before.version, isChanged: false };
  const next = await signHomeDirectory(home, { now, ends: { org: member.id, ...ends }, say });
  appendMemberLog(home, { at: now.toISOString(), org: id, ...logged, version: next.version });
  const changed = findListed(next.organisations.values(), id);
  if (isSuspended(changed, now) && next.witnesses?.members.includes(id) === true)
    say(
      `\`${id}\` is named as a witness: it does not cosign now, and the quorum stays the same size; \`witnesses propose\` names others`,
    );
  return { member: changed, version: next.version, isChanged: true };
}

/** Finds a member by its id. Throws `organisation-unknown` with the nearest id. */
export function findListed<T extends { readonly id: string }>(members: Iterable<T>, id: string): T {
  const all = [...members];
  const found = all.find((member) => member.id === id);
  if (found !== undefined) return found;
  const known = all.map((member) => member.id);
  throw fail('organisation-unknown', `\`${id}\` is not a member${nearestOrAll(id, known)}`);
}

/** Throws `usage` for a member that has left, whose dates are final. */
export function requireNotLeft({ id, leftAt }: Organisation): void {
  if (leftAt === undefined) return;
  throw fail('usage', `\`${id}\` has left at ${leftAt.toISOString()}, which is final`);
}

const REASON = new RegExp(oneLinePattern(200), 'u');

/** Parses the reason of a change. */
export function parseReason(text: string): string {
  if (REASON.test(text)) return text;
  throw new InvalidArgumentError('expected 1 to 200 characters on one line');
}
