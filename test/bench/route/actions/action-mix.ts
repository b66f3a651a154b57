import { seconds } from '../../../../services/shared/kernel/clock.js';
import {
  type NoticeId,
  noticeIdOf,
  type OrgId,
  revisionNumberOf,
} from '../../../../services/shared/kernel/ids.js';
import type { ActionContent } from '../../../../services/shared/ledger/action.js';
import type { HeldNoticePart } from '../../../../services/shared/ledger/record-parts.js';
import type { SharePart } from '../../../../services/shared/ledger/record-own-parts.js';
import { type ActionVerb, ENDING_VERBS } from '../../../../services/shared/notice/action-verbs.js';
import type { Attributes } from '../../../../services/shared/notice/attributes.js';
import { after } from '../../../../services/shared/notice/duration.js';
import type { Section } from '../../../../services/shared/notice/kinds.js';
import { RETENTION } from '../../../../services/shared/notice/notice.js';
import type { Policy } from '../../../../services/shared/policy/plan.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { readDisclosure } from '../../../../services/shared/trust/disclosure.js';
import { splitSdJwt } from '../../../../services/shared/trust/sd-jwt.js';
import type { RoutedPart } from '../sink.js';

/** An own notice after it was routed. */
export interface RoutedOwn {
  readonly id: NoticeId;
  readonly number: number;
  /** SD-JWT with every disclosure. */
  readonly text: string;
  readonly attributes: Attributes;
  /** The shares of its recipients, of which it has at least one. */
  readonly shares: readonly SharePart[];
}

/** The verbs that are measured. */
export type MixedVerb = Extract<ActionVerb, 'withdraw' | 'restrict' | 'suspend' | 'extend' | 'unseal'>;

/** How many of twenty notices each verb gets, roughly as the simulator draws them, with extensions. */
const SHARES: readonly (readonly [MixedVerb, number])[] = [
  ['withdraw', 6],
  ['restrict', 5],
  ['unseal', 3],
  ['suspend', 3],
  ['extend', 3],
];
/** The verbs in turn. The length has no factor in common with the number of kinds: each kind gets each verb. */
const MIX = SHARES.flatMap(([verb, count]) => Array.from({ length: count }, () => verb));

const DAY_S = 86_400;

/**
 * Joins the parts of all reports on an organisation's notices with their SD-JWTs; leaves out each notice that no
 * recipient was allowed.
 */
export function routedOwns(texts: readonly string[], parts: readonly RoutedPart[]): readonly RoutedOwn[] {
  const notices = new Map<string, HeldNoticePart>();
  const shares = new Map<string, SharePart[]>();
  for (const part of parts) {
    if (part.type === 'notice') notices.set(part.digest, part);
    else shares.set(part.digest, [...(shares.get(part.digest) ?? []), part]);
  }
  return texts.flatMap((text) => {
    const name = digest(splitSdJwt(text).jwt);
    const [notice, given = []] = [notices.get(name), shares.get(name)];
    if (notice === undefined || given.length === 0) return [];
    const { jti, attributes } = notice;
    return [{ id: noticeIdOf(jti), number: revisionNumberOf(jti), text, attributes, shares: given }];
  });
}

/**
 * Returns one action on each notice, in the proportions of `MIX`: ends and bars first, as a gateway sends
 * them. A notice of which no section may be unsealed, or restricted, is withdrawn.
 */
export function mixedActions(
  owns: readonly RoutedOwn[],
  { policy, now }: { readonly policy: Policy; readonly now: Date },
): readonly MixedAction[] {
  const actions = owns.map((own, index) => {
    const verb = MIX[index % MIX.length] ?? 'withdraw';
    return contentOf(own, { verb, policy, now }) ?? withdrawal(own, now);
  });
  const isEnd = ({ verb }: ActionContent): boolean => ENDING_VERBS.has(verb);
  return [...actions.filter(isEnd), ...actions.filter((action) => !isEnd(action))];
}

type MixedAction = ActionContent & { readonly verb: MixedVerb };

interface Choosing {
  readonly verb: MixedVerb;
  readonly policy: Policy;
  readonly now: Date;
}

function contentOf(own: RoutedOwn, { verb, policy, now }: Choosing): MixedAction | undefined {
  const head = { id: own.id, number: now.getTime() };
  switch (verb) {
    case 'withdraw':
      return withdrawal(own, now);
    case 'suspend':
      return { ...head, verb, reason: 'under-review', until: seconds(now) + DAY_S };
    case 'extend': {
      const expiresAt = seconds(after(new Date(own.number), RETENTION));
      return { ...head, verb, reason: 'still-needed', expiresAt };
    }
    case 'restrict': {
      const part = restriction(own.shares);
      return part && { ...head, verb, reason: 'by-originator', listed: [part] };
    }
    case 'unseal': {
      const found = sealed(own, policy);
      if (found === undefined) return undefined;
      const { text, ...part } = found;
      return { ...head, verb, listed: [part], disclosures: [text] };
    }
  }
}

function withdrawal({ id }: RoutedOwn, now: Date): MixedAction {
  return { id, number: now.getTime(), verb: 'withdraw', reason: 'issued-in-error' };
}

/** Takes one section from the first recipient that keeps others. */
function restriction(shares: readonly SharePart[]) {
  for (const { to, sections } of shares) {
    // A notice with handling code H3 is never held without its handling note.
    const [section, ...others] = sections.filter((one) => one !== 'handlingNote');
    if (section !== undefined && others.length > 0) return { to, sections: [section] };
  }
  return undefined;
}

/** Finds a section that was advertised to a recipient and that the rules let the originator unseal for it. */
function sealed({ text, attributes, shares }: RoutedOwn, policy: Policy) {
  const { jwt, disclosures } = splitSdJwt(text);
  const mayUnseal = (recipient: OrgId, section: Section): boolean =>
    policy.unseal({ attributes, recipient, section })?.open === true;
  for (const { to, advertised } of shares) {
    const section = advertised.find((one) => mayUnseal(to, one));
    const found = disclosures.map(readDisclosure).find(({ name }) => name === section);
    if (section !== undefined && found !== undefined)
      return { to, section, digest: digest(jwt), disclosure: found.digest, text: found.text };
  }
  return undefined;
}
