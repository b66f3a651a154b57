import type { OrgId } from '../../shared/kernel/ids.js';
import type { RecordedAction } from '../../shared/ledger/action.js';
import type {
  ActionPart,
  ActPart,
  AskPart,
  KeyRequestPart,
  ReleasePart,
} from '../../shared/ledger/record-own-parts.js';
import type { DecisionPart } from '../../shared/ledger/record-parts.js';
import type { VerifiedRelease } from '../../shared/ledger/release/release.js';
import type { VerifiedRequest } from '../../shared/ledger/request.js';
import { ENDING_VERBS } from '../../shared/notice/action-verbs.js';
import { isSuspended } from '../../shared/trust/directory.js';
import { askedKid } from '../../shared/trust/directory/key-request-claims.js';
import { frames, type Action, type Release } from '../../shared/wire/frames.js';
import type { OpenedKeyRequest } from '../actions/open-key-request.js';
import { readKnownAction } from '../actions/registers-of.js';
import type { Snapshot } from '../hub.js';
import type { JudgedItem } from './items.js';

/** An action of a frame, and the organisations that the frame hands it to. */
export interface DecidedAction {
  readonly action: RecordedAction;
  /** The action as submitted; for a recorded suspension that is in force on a new revision, as recorded. */
  readonly wire: Action;
  /** Recipients, sorted. */
  readonly to: readonly OrgId[];
  /**
   * Holders that a restriction does not name; the originator's gateway signs another restriction for them.
   */
  readonly unnamed: readonly OrgId[];
}

/** A request of a frame, which goes to the originator of its notice alone. */
export interface DecidedRequest {
  readonly request: VerifiedRequest;
  /** The request as submitted. */
  readonly text: string;
}

/** A release of a frame, which goes to no organisation. */
export interface DecidedRelease {
  readonly release: VerifiedRelease;
  /** The release as submitted. */
  readonly wire: Release;
}

/** What a frame has beside its notices: actions and requests, which it hands over, and key requests and releases, which it does not. */
export interface DecidedActs {
  readonly actions: readonly DecidedAction[];
  readonly requests: readonly DecidedRequest[];
  /** The key requests that the hub takes. */
  readonly keyRequests: readonly OpenedKeyRequest[];
  readonly releases: readonly DecidedRelease[];
}

interface DecidingActs {
  readonly items: readonly JudgedItem[];
  readonly snapshot: Snapshot;
  /** The decisions on the notices of the frame. */
  readonly decisions: readonly DecisionPart[];
}

/**
 * Decides to which members the actions and requests of a frame are handed. A withdrawal, restriction or
 * suspension is handed to each member that it is meant for, also to a suspended member and whatever the rules
 * say; any other action is not handed to a suspended member. A record that moves an action to another frame also hands it
 * to each member that owes an answer by an earlier record, because its originator waits for that answer.
 */
export function decideActs({ items, snapshot, decisions }: DecidingActs): DecidedActs {
  const { directory, now } = snapshot;
  const allowed = decisions.filter(({ outcome }) => outcome !== 'denied');
  const isReachable = (org: OrgId, verb: RecordedAction['verb']): boolean => {
    const member = directory.organisations.get(org);
    return member !== undefined && (ENDING_VERBS.has(verb) || !isSuspended(member, now));
  };
  const handed = items.flatMap((item): readonly DecidedAction[] => {
    if (item.type !== 'action') return [];
    const { action, wire, owing, isUnacted } = item;
    const recipients = allowed.filter(({ jti }) => jti.startsWith(`${action.id}.`)).map(({ to }) => to);
    const holders = new Set([...item.holders, ...recipients]);
    const reached = meantBy(action, holders).filter((org) => isReachable(org, action.verb));
    const members = owing.filter((org) => directory.organisations.has(org));
    const meant = [...new Set([...reached, ...members])].filter((org) => !isUnacted(org));
    const named = new Set(action.listed.map(({ to }) => to));
    const unnamed = action.verb === 'restrict' ? [...holders].filter((org) => !named.has(org)) : [];
    return [{ action, wire, to: meant.toSorted(), unnamed: unnamed.toSorted() }];
  });
  const requests = items.flatMap((item) =>
    item.type === 'request' ? [{ request: item.request, text: item.text }] : [],
  );
  const keyRequests = items.filter((item) => item.type === 'keyRequest');
  const releases = items.flatMap((item) =>
    item.type === 'release' ? [{ release: item.release, wire: item.wire }] : [],
  );
  const inForce = suspensionsInForce(items, allowed, handed);
  return { actions: [...handed, ...inForce], requests, keyRequests, releases };
}

/**
 * Returns the organisations that an action is meant for: every holder, or those that it names; a restriction
 * only holders. A lift is handed to nobody: the hub alone applies it, to later revisions.
 */
function meantBy({ scope, verb, listed }: RecordedAction, holders: ReadonlySet<OrgId>): readonly OrgId[] {
  if (scope === 'all') return [...holders];
  if (verb === 'lift') return [];
  const named = listed.map(({ to }) => to);
  return verb === 'restrict' ? named.filter((org) => holders.has(org)) : named;
}

/**
 * Returns the recorded suspensions in force on new revisions, each with the recipients of those revisions.
 */
function suspensionsInForce(
  items: readonly JudgedItem[],
  allowed: readonly DecisionPart[],
  handed: readonly DecidedAction[],
): readonly DecidedAction[] {
  const given = new Set(handed.map(({ action }) => action.digest));
  return items.flatMap((item) => {
    if (item.type !== 'notice' || item.suspension === undefined || given.has(item.suspension.digest))
      return [];
    given.add(item.suspension.digest);
    const { id } = item.notice;
    const to = new Set(allowed.filter(({ jti }) => jti.startsWith(`${id}.`)).map((part) => part.to));
    if (to.size === 0) return [];
    const action = readKnownAction(item.suspension);
    const wire = frames.action.decode(item.suspension.bytes);
    return [{ action, wire, to: [...to].toSorted(), unnamed: [] }];
  });
}

/**
 * Returns the parts of a report about what a frame has beside its notices: each action with its recipients, then requests,
 * key requests and releases.
 */
export function actParts({ actions, requests, keyRequests, releases }: DecidedActs): readonly ActedPart[] {
  return [
    ...actions.flatMap(({ action, to, unnamed }) => [actionPart(action, unnamed), ...actsOf(action, to)]),
    ...requests.map(({ request: { to, digest, id, section } }): AskPart => {
      return { type: 'ask', to, digest, id, section };
    }),
    ...keyRequests.map(({ asked }): KeyRequestPart => {
      return { type: 'key-request', digest: asked.digest, kid: askedKid(asked) };
    }),
    ...releases.map(({ release: { statement, digest, version } }): ReleasePart => {
      return { type: 'release', digest: statement, release: digest, version };
    }),
  ];
}

type ActedPart = ActionPart | ActPart | AskPart | KeyRequestPart | ReleasePart;

function actionPart(action: RecordedAction, unnamed: readonly OrgId[]): ActionPart {
  const { digest, id, number, verb, scope, until, expiresAt } = action;
  return {
    type: 'action',
    digest,
    id,
    number,
    verb,
    scope,
    ...(until === undefined ? {} : { until }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    unnamed,
  };
}

function actsOf({ digest }: RecordedAction, to: readonly OrgId[]): readonly ActPart[] {
  return to.map((org) => ({ type: 'act', to: org, digest }));
}
