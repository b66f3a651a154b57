import { fail } from '../kernel/errors.js';
import { type OrgId, parseOrgId } from '../kernel/ids.js';
import { isJsonObject } from '../kernel/json-object.js';
import type { ActionVerb } from '../notice/action-verbs.js';
import { SECTIONS, type Section } from '../notice/kinds.js';
import { isDigest } from '../trust/digest.js';

/**
 * A leaf of an action of scope `listed`, which says what one holder must do. The verb of the action selects
 * the type.
 */
export type ListedPart = RestrictPart | UnsealPart | DeclinePart;

/** What a holder may no longer hold, or what a lift no longer bars. */
export interface RestrictPart {
  readonly to: OrgId;
  /** Absent: the whole notice; of a lift, everything that is barred. */
  readonly sections?: readonly Section[];
}

/** The section that a holder gains. */
export interface UnsealPart {
  readonly to: OrgId;
  readonly section: Section;
  /** Digest of the SD-JWT of the revision whose section it is. */
  readonly digest: string;
  /** Digest of the disclosure's text, which stands beside the action. */
  readonly disclosure: string;
}

/** The request that the originator declines. */
export interface DeclinePart {
  readonly to: OrgId;
  /** Digest of the holder's request. */
  readonly request: string;
}

/**
 * Parses a leaf of an action with this verb. Throws `token-malformed` or `id-invalid` for unknown members,
 * repeated or unknown sections, and texts that are no digest or organisation.
 */
export function parseListedPart(verb: ActionVerb, value: unknown): ListedPart {
  if (!isJsonObject(value)) throw malformed();
  const { to, ...rest } = value as Readonly<Record<string, unknown>>;
  const org = parseOrgId(to);
  switch (verb) {
    case 'restrict':
    case 'lift':
      return parseRestrict(org, rest);
    case 'unseal':
      return parseUnseal(org, rest);
    case 'decline':
      return parseDecline(org, rest);
    case 'suspend':
    case 'resume':
    case 'withdraw':
    case 'extend':
    case 'review':
      throw malformed();
  }
}

type Members = Readonly<Record<string, unknown>>;

function parseRestrict(to: OrgId, { sections, ...more }: Members): RestrictPart {
  if (!isEmpty(more)) throw malformed();
  if (sections === undefined) return { to };
  const isSound =
    Array.isArray(sections) &&
    sections.length > 0 &&
    new Set(sections).size === sections.length &&
    sections.every(isSection);
  if (!isSound) throw malformed();
  return { to, sections };
}

function parseUnseal(to: OrgId, { section, digest, disclosure, ...more }: Members): UnsealPart {
  if (!isEmpty(more) || !isSection(section) || !isDigest(digest) || !isDigest(disclosure)) throw malformed();
  return { to, section, digest, disclosure };
}

function parseDecline(to: OrgId, { request, ...more }: Members): DeclinePart {
  if (!isEmpty(more) || !isDigest(request)) throw malformed();
  return { to, request };
}

function isEmpty(more: object): boolean {
  return Object.keys(more).length === 0;
}

function isSection(value: unknown): value is Section {
  return SECTIONS.some((section) => section === value);
}

const malformed = () => fail('token-malformed', 'a leaf of an action is not what an originator writes');
