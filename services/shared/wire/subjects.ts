import { fail } from '../kernel/errors.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../kernel/ids.js';

/** A parsed subject. The grammar is in proto/README.md; no other module joins or splits subjects. */
export type Subject =
  | { readonly type: 'out'; readonly of: Outgoing; readonly frame: FrameId }
  | { readonly type: 'delivery'; readonly originator: OrgId; readonly frame: FrameId }
  | { readonly type: 'receipt'; readonly recipient: OrgId; readonly frame: FrameId }
  | { readonly type: 'report'; readonly frame: FrameId }
  | { readonly type: 'answer'; readonly frame: FrameId }
  | { readonly type: 'directory' }
  | { readonly type: 'checkpoint' }
  | { readonly type: 'ledger'; readonly org: OrgId }
  | {
      readonly type: 'parked';
      readonly recipient: OrgId;
      readonly originator: OrgId;
      readonly frame: FrameId;
    }
  | { readonly type: 'quarantine'; readonly org: OrgId }
  | { readonly type: 'command'; readonly verb: CommandVerb }
  | ({ readonly type: 'status' } & StatusTokens);

/** The tokens of a status subject after `status`; `_` for a token without a value. */
export interface StatusTokens {
  readonly event: string;
  readonly originator: string;
  readonly recipient: string;
  readonly kind: string;
}

const OUTGOING = ['submission', 'receipt', 'query'] as const;

/** A class of frames that an organisation sends. */
export type Outgoing = (typeof OUTGOING)[number];

const QUARANTINE_VERBS = ['dry-run', 'replay', 'discard'] as const;

/**
 * The verbs of commands: three for an entry of the quarantine, one for a record of the ledger, three for the policies,
 * one for a notice, and one for the log.
 */
export const COMMAND_VERBS = [
  ...QUARANTINE_VERBS,
  'rule-out',
  'adopt',
  'baseline',
  'release',
  'cancel',
  'recover',
] as const;

/** A verb of a command. */
export type CommandVerb = (typeof COMMAND_VERBS)[number];

/** A verb of a command for an entry of the quarantine. */
export type QuarantineVerb = (typeof QUARANTINE_VERBS)[number];

/** True for a verb of a command for an entry of the quarantine. */
export function isQuarantineVerb(verb: CommandVerb): verb is QuarantineVerb {
  return QUARANTINE_VERBS.some((known) => known === verb);
}

const TOKEN = /^(?:[a-z0-9][a-z0-9-]{0,63}|_)$/;

function join(...tokens: readonly string[]): string {
  const bad = tokens.find((token) => !TOKEN.test(token));
  if (bad !== undefined) throw fail('subject-invalid', 'a subject token is outside the grammar');
  return tokens.join('.');
}

/** Builds subjects from tokens. Each function throws `subject-invalid` for a token outside the grammar. */
export const subjects = {
  out: (of: Outgoing, frame: FrameId) => join('out', of, frame),
  delivery: (originator: OrgId, frame: FrameId) => join('in', 'delivery', originator, frame),
  receipt: (recipient: OrgId, frame: FrameId) => join('in', 'receipt', recipient, frame),
  report: (frame: FrameId) => join('in', 'report', frame),
  answer: (frame: FrameId) => join('in', 'answer', frame),
  directory: () => 'in.directory',
  checkpointIn: () => 'in.checkpoint',
  checkpoint: () => 'checkpoint',
  ledger: (org: OrgId) => join('ledger', org),
  parked: (recipient: OrgId, originator: OrgId, frame: FrameId) =>
    join('parked', recipient, originator, frame),
  quarantine: (org: OrgId) => join('quarantine', org),
  command: (verb: CommandVerb) => join('command', verb),
  status: (event: string, about: { originator: string; recipient: string; kind: string }) =>
    join('status', event, about.originator, about.recipient, about.kind),
} as const;

/** Parses a whole subject as received from the server; undefined if it is outside the grammar. */
export function parseSubject(text: string): Subject | undefined {
  try {
    return parse(text.split('.'));
  } catch {
    return undefined;
  }
}

function parse(tokens: readonly string[]): Subject | undefined {
  const [head, second, third, fourth] = tokens;
  switch (`${head}/${tokens.length}`) {
    case 'out/3':
      return parseOut(second, third);
    case 'in/4':
      return parseRelayed(second, third, fourth);
    case 'in/3':
      if (second === 'report') return { type: 'report', frame: parseFrameId(third) };
      return second === 'answer' ? { type: 'answer', frame: parseFrameId(third) } : undefined;
    case 'in/2':
      return second === 'directory' || second === 'checkpoint' ? { type: second } : undefined;
    case 'ledger/2':
      return { type: 'ledger', org: parseOrgId(second) };
    case 'quarantine/2':
      return { type: 'quarantine', org: parseOrgId(second) };
    case 'command/2':
      return parseCommand(second);
    case 'parked/4':
      return {
        type: 'parked',
        recipient: parseOrgId(second),
        originator: parseOrgId(third),
        frame: parseFrameId(fourth),
      };
    case 'status/5':
      return parseStatus(tokens);
    default:
      return undefined;
  }
}

function parseOut(second: unknown, frame: unknown): Subject | undefined {
  const of = OUTGOING.find((known) => known === second);
  return of === undefined ? undefined : { type: 'out', of, frame: parseFrameId(frame) };
}

function parseCommand(second: unknown): Subject | undefined {
  const verb = COMMAND_VERBS.find((known) => known === second);
  return verb === undefined ? undefined : { type: 'command', verb };
}

function parseStatus(tokens: readonly string[]): Subject | undefined {
  const [, event = '', originator = '', recipient = '', kind = ''] = tokens;
  return tokens.every((token) => TOKEN.test(token))
    ? { type: 'status', event, originator, recipient, kind }
    : undefined;
}

function parseRelayed(kind: unknown, org: unknown, frame: unknown): Subject | undefined {
  if (kind === 'delivery') {
    return { type: 'delivery', originator: parseOrgId(org), frame: parseFrameId(frame) };
  }
  return kind === 'receipt'
    ? { type: 'receipt', recipient: parseOrgId(org), frame: parseFrameId(frame) }
    : undefined;
}
