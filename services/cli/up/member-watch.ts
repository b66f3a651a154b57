import { statSync } from 'node:fs';
import type { Home } from '../../shared/runtime/home.js';
import { memberState } from '../../shared/trust/directory/member-state.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import type { MemberState } from '../../shared/wire/shown-member.js';

/** A member as a table names it. */
export interface NamedMember {
  readonly org: string;
  readonly state: MemberState;
}

/**
 * Creates a function that returns the members of the directory of a home. It reads the file again after it changed, and until that is
 * done, or where it cannot be read, returns those of before; none before the first reading.
 */
export function createMemberWatch(home: Home): () => readonly NamedMember[] {
  let members: readonly NamedMember[] = [];
  let seen = '';
  let newest = 0;
  const read = async (): Promise<void> => {
    const { version, organisations } = await readDirectory(home);
    // An earlier version may be read more slowly than the next.
    if (version < newest) return;
    newest = version;
    const now = new Date();
    members = [...organisations.values()].map((member) => ({
      org: member.id,
      state: memberState(member, now),
    }));
  };
  return () => {
    const { mtimeMs, ino } = statSync(home.directory, { throwIfNoEntry: false }) ?? { mtimeMs: 0, ino: 0 };
    const file = `${ino} ${mtimeMs}`;
    if (file !== seen) {
      seen = file;
      // The next version is read in any case.
      read().catch(() => undefined);
    }
    return members;
  };
}
