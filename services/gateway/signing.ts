import { type Code, fail } from '../shared/kernel/errors.js';
import { isTakenWhenSuspended, type SentKind } from '../shared/notice/action-verbs.js';
import type { MemberState } from '../shared/wire/shown-member.js';
import type { ClockWatch } from './clock-watch.js';
import { type Identity, memberNow, requireKey } from './identity.js';

/** Whether this gateway may sign notices, actions and submissions now. */
export interface Signing {
  /**
   * Throws `organisation-suspended`, `organisation-leaving` or `organisation-left` for what the hub would not take from this
   * organisation, `not-ready` while the key is not in force, and `signing-clock-ahead` while the clock is ahead of the hub's.
   */
  require(kind: SentKind): void;
}

interface SigningDeps {
  readonly identity: Identity;
  readonly clockWatch: Pick<ClockWatch, 'isAhead'>;
}

/**
 * Creates the check. The hub refuses what a clock that is ahead signed, and a number from such a clock orders
 * later items wrongly (docs/architecture.md#rule-5).
 */
export function createSigning({ identity, clockWatch }: SigningDeps): Signing {
  return {
    require: (kind) => {
      requireMember(identity, kind);
      requireKey(identity, identity.noticeSigner);
      if (clockWatch.isAhead()) {
        throw fail(
          'signing-clock-ahead',
          'nothing is signed: the clock is more than two minutes ahead of the hub',
        );
      }
    },
  };
}

const REFUSALS: Readonly<Record<Exclude<MemberState, 'member'>, readonly [code: Code, words: string]>> = {
  suspended: ['organisation-suspended', 'is suspended in the federation'],
  leaving: ['organisation-leaving', 'is leaving the federation'],
  left: ['organisation-left', 'has left the federation'],
};

/**
 * Throws for what the hub would not take from this organisation by the newest directory, with the code of its state. Nothing of a
 * member that has left reaches the hub.
 */
export function requireMember(identity: Identity, kind: SentKind): void {
  const { state, since } = memberNow(identity, identity.org);
  if (state === 'member' || (state !== 'left' && isTakenWhenSuspended(kind))) return;
  const [code, words] = REFUSALS[state];
  const taken =
    state === 'left' ? '' : '; it can withdraw, restrict and suspend its notices, and revoke its keys';
  throw fail(code, `this organisation ${words} since ${since?.toISOString() ?? '?'}${taken}`);
}
