import type { JSX } from 'preact';
import type { ListedMembers } from '../../members/shown-members.js';
import { usePolled } from '../poll.js';
import { Prose } from '../widgets/prose.js';
import { MemberDetail } from './member-detail.js';
import { MemberTable } from './member-table.js';

interface MembersProps {
  readonly path: string;
  readonly onSessionEnd: () => void;
}

const PATH = '/members';

/** The view `/members`: all members, or `/members/<id>`: one of them with its keys. */
export function MembersPage({ path, onSessionEnd }: MembersProps): JSX.Element {
  const id = path.slice(PATH.length + 1);
  return (
    <div class="members-view">
      <h1 class="hidden">Members</h1>
      {id === '' ? (
        <AllMembers onSessionEnd={onSessionEnd} />
      ) : (
        <MemberDetail id={id} onSessionEnd={onSessionEnd} />
      )}
    </div>
  );
}

function AllMembers({ onSessionEnd }: Pick<MembersProps, 'onSessionEnd'>): JSX.Element {
  const { value, errorText } = usePolled<ListedMembers>('/v1/members', onSessionEnd);
  return (
    <>
      {errorText !== '' && (
        <p class="nothing" role="status">
          <Prose text={errorText} />
        </p>
      )}
      {value === undefined ? (
        errorText === '' && <p class="nothing">Loading …</p>
      ) : (
        <MemberTable listed={value} />
      )}
    </>
  );
}
