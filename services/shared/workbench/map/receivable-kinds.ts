import type { OrgId } from '../../kernel/ids.js';
import type { Kind } from '../../notice/kinds.js';
import type { Query, Version } from '../space/answers.js';
import { createSpace } from '../space/space.js';

/** The kinds of which `to` may receive at least one notice, of all that `from` could send. */
export type ReceivableKinds = (from: OrgId, to: OrgId) => ReadonlySet<Kind>;

/** Over all notices, not examples. What only Cedar can evaluate is taken both ways, so that what is left out is never received. */
export function createReceivableKinds(version: Version): ReceivableKinds {
  const space = createSpace([version]);
  const answers = space.answersOf(version);
  return (originator, recipient) => {
    const query: Query = { originator, recipient, permission: 'receive' };
    const received = space.reach(answers.answer(query), [query]).filter(({ value }) => value);
    return new Set(received.map(({ kind }) => kind));
  };
}
