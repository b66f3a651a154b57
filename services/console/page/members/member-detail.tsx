import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ShownKey } from '../../../shared/wire/shown-member.js';
import type { OpenedMember } from '../../members/shown-members.js';
import { dayTimeInWords } from '../format.js';
import { usePolled } from '../poll.js';
import { navigate } from '../route.js';
import { CommandLines } from '../widgets/command-lines.js';
import { Fact } from '../widgets/fact.js';
import { Prose } from '../widgets/prose.js';
import { TableHead } from '../widgets/table-head.js';
import { AdoptedRules, contactWords, StateOfMember } from './member-words.js';

interface DetailProps {
  readonly id: string;
  readonly onSessionEnd: () => void;
}

/** One member: its state, its rules in force, its keys by use, and what it asked about them. */
export function MemberDetail({ id, onSessionEnd }: DetailProps): JSX.Element {
  const path = `/v1/members/${encodeURIComponent(id)}`;
  const { value, errorText, missing } = usePolled<OpenedMember>(path, onSessionEnd);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), [id]);
  return (
    <>
      <div class="tools">
        <button type="button" ref={back} onClick={() => navigate('/members')}>
          All members
        </button>
        <p class="bad" role="status">
          <Prose text={errorText} />
        </p>
      </div>
      {missing && <p class="nothing">No such member.</p>}
      {value !== undefined && <Member member={value} />}
    </>
  );
}

function Member({ member }: { member: OpenedMember }): JSX.Element {
  const { id, name, contact, contract, lastContact, now } = member;
  return (
    <>
      <section class="card" aria-labelledby="member-title">
        <header>
          <h2 id="member-title">
            {id} <span class="quiet">{name}</span>
          </h2>
        </header>
        <dl class="facts">
          <Fact word="state">
            <StateOfMember member={member} />
          </Fact>
          <Fact word="contact address">{contact ?? '–'}</Fact>
          <Fact word="contract">{contract}</Fact>
          <Fact word="last contact">{contactWords(lastContact, now)}</Fact>
        </dl>
        <CommandLines lines={[`scripts/liaison org show ${id}`]} />
      </section>
      <Rules member={member} />
      <Keys member={member} />
    </>
  );
}

function Rules({ member }: { member: OpenedMember }): JSX.Element {
  const { policies, release, policiesSince } = member;
  const since = release?.adoptedAt ?? policiesSince;
  return (
    <section class="card" aria-labelledby="rules-title">
      <header>
        <h2 id="rules-title">Rules in force</h2>
      </header>
      {policies === null ? (
        <p class="quiet">No router answers.</p>
      ) : (
        <dl class="facts lists">
          <Fact word="from">
            <AdoptedRules member={member} />
          </Fact>
          {release !== null && (
            <Fact word="its digest">
              <code>{release.digest}</code>
            </Fact>
          )}
          <Fact word="adopted">{since === null ? '–' : dayTimeInWords(since)}</Fact>
          {Object.entries(policies).map(([layer, digest]) => (
            <Fact key={layer} word={layer}>
              <code>{digest}</code>
            </Fact>
          ))}
        </dl>
      )}
    </section>
  );
}

function Keys({ member: { state, keys, uses, keyRequests } }: { member: OpenedMember }): JSX.Element {
  const marked = state === 'left' ? [] : uses.filter((use) => use.state !== 'good');
  return (
    <section class="card" aria-labelledby="keys-title">
      <header>
        <h2 id="keys-title">Keys</h2>
      </header>
      <ul>
        {marked.map(({ use, until }) => (
          <li key={use} class={until === null ? 'bad' : 'part'}>
            {until === null
              ? `No ${use} key is in force.`
              : `The last ${use} key ends ${dayTimeInWords(until)}.`}
          </li>
        ))}
        {(keyRequests ?? []).map(({ use, revokes, since }) => (
          <li key={revokes ?? use} class="part">
            Asked {revokes === null ? `for ${keyWords(use)}` : `to revoke ${revokes}`}: waits since{' '}
            {dayTimeInWords(since)}.
          </li>
        ))}
      </ul>
      {(keyRequests ?? []).length > 0 && <CommandLines lines={['scripts/liaison org keys']} />}
      <div class="scroll" role="region" aria-labelledby="keys-title" tabIndex={0}>
        <table class="lined">
          <TableHead words={['key', 'use', 'state', 'from', 'until', 'revoked', 'person']} />
          <tbody>
            {keys.map((key) => (
              <KeyRow key={key.kid} listed={key} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const KEY_TONES = { 'in force': 'good', 'not yet': 'part', expired: 'quiet', revoked: 'bad' } as const;

function KeyRow({ listed }: { listed: ShownKey }): JSX.Element {
  const { kid, use, state, notBefore, notAfter, revokedAt, person } = listed;
  return (
    <tr>
      <th scope="row">{kid}</th>
      <td>{use}</td>
      <td class={KEY_TONES[state]}>{state}</td>
      <td>{notBefore.slice(0, 10)}</td>
      <td>{notAfter.slice(0, 10)}</td>
      <td>{revokedAt === null ? '' : dayTimeInWords(revokedAt)}</td>
      <td>{person}</td>
    </tr>
  );
}

/**
 * An nkey has no use: with it the gateway (`nkey`) or the tail (`tail`) logs in to the broker. A gateway that was updated asks for a newer
 * contract.
 */
function keyWords(use: string): string {
  if (use === 'contract') return 'a newer contract';
  if (use === 'nkey') return 'the next nkey of its gateway';
  return use === 'tail' ? 'the next nkey of its tail' : `the next ${use} key`;
}
