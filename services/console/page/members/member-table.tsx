import type { ComponentChildren, JSX } from 'preact';
import type { ListedMember, ListedMembers } from '../../members/shown-members.js';
import { dayTimeInWords } from '../format.js';
import { followLink } from '../route.js';
import { AdoptedRules, contactWords, KeysEnd, StateOfMember } from './member-words.js';

/** Every member of the directory, a row each. */
export function MemberTable({ listed }: { listed: ListedMembers }): JSX.Element {
  const { version, contract, policiesSince, members } = listed;
  const adopted = policiesSince === null ? '' : ` · policies adopted ${dayTimeInWords(policiesSince)}`;
  return (
    <section class="card" aria-labelledby="members-title">
      <header>
        <h2 id="members-title">Members of the directory</h2>
        <p class="quiet">
          version {version} · the hub writes contract {contract}
          {adopted}
        </p>
      </header>
      <div class="scroll" role="region" aria-labelledby="members-title" tabIndex={0}>
        <table class="organisations">
          <thead>
            <tr>
              <th scope="col">member</th>
              {COLUMNS.map(({ word, says }) => (
                <th key={word} scope="col" title={says}>
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <Row key={member.id} member={member} listed={listed} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface RowProps {
  readonly member: ListedMember;
  readonly listed: ListedMembers;
}

function Row({ member, listed }: RowProps): JSX.Element {
  const path = `/members/${member.id}`;
  return (
    <tr>
      <th scope="row">
        <a href={path} onClick={followLink(path)}>
          {member.id}
        </a>{' '}
        <span class="quiet">{member.name}</span>
      </th>
      {COLUMNS.map(({ word, show }) => (
        <td key={word} data-word={word}>
          {show(member, listed)}
        </td>
      ))}
    </tr>
  );
}

interface Column {
  readonly word: string;
  readonly says: string;
  readonly show: (member: ListedMember, listed: ListedMembers) => ComponentChildren;
}

const COLUMNS: readonly Column[] = [
  {
    word: 'state',
    says: 'as the signed directory dates it',
    show: (member) => <StateOfMember member={member} />,
  },
  {
    word: 'contract',
    says: 'the newest that its gateway speaks',
    show: ({ contract }, listed) => (contract < listed.contract ? <b class="bad">{contract}</b> : contract),
  },
  {
    word: 'last contact',
    says: 'time of its last accepted action, within the last day',
    show: ({ lastContact }, { now }) => contactWords(lastContact, now),
  },
  { word: 'rules', says: 'its policies in force', show: (member) => <AdoptedRules member={member} /> },
  {
    word: 'keys end',
    says: 'when it has no key in force for one of its uses any more',
    show: (member, { now }) => <KeysEnd member={member} now={now} />,
  },
  {
    word: 'key requests',
    says: 'what it asked about its keys and the hub has not answered',
    show: ({ keyRequests }) => {
      if (keyRequests === null) return '?';
      return keyRequests.length === 0 ? '–' : <b class="part">{keyRequests.length}</b>;
    },
  },
];
