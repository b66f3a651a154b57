import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  jtiOf,
  type NoticeId,
  type OrgId,
  parseFrameId,
  parseNoticeId,
  parseOrgId,
} from '../../../../services/shared/kernel/ids.js';
import { type CommandContent, type LedgerPlace } from '../../../../services/shared/ledger/command-content.js';
import { signCommandRecord } from '../../../../services/shared/ledger/command-record.js';
import { recordedOf } from '../../../../services/shared/ledger/denials.js';
import { readRecord } from '../../../../services/shared/ledger/record.js';
import { signAdoptionRecord } from '../../../../services/shared/ledger/release/adoption-record.js';
import type {
  DecisionPart,
  DenialPart,
  NoticePart,
  ReportPart,
} from '../../../../services/shared/ledger/record-parts.js';
import { type ReportContent, signReport } from '../../../../services/shared/ledger/record-sign.js';
import type { Attributes } from '../../../../services/shared/notice/attributes.js';
import type { Section } from '../../../../services/shared/notice/kinds.js';
import {
  createBundle,
  type PolicyBundle,
  readBundle,
} from '../../../../services/shared/policy/adopted/bundle.js';
import { readFacts } from '../../../../services/shared/policy/facts.js';
import type { Policy } from '../../../../services/shared/policy/plan.js';
import { projectRoot, shippedPolicies } from '../../../../services/shared/runtime/root.js';
import { digest, hexOfDigest } from '../../../../services/shared/trust/digest.js';
import type { Directory, Organisation } from '../../../../services/shared/trust/directory.js';
import type { Signer } from '../../../../services/shared/trust/keys.js';
import {
  createPoliciesOf,
  type PoliciesOf,
} from '../../../../services/shared/workbench/replay/deciding-policies.js';
import type { ReplayFinding, ReplaySummary } from '../../../../services/shared/workbench/replay/findings.js';
import type { ReplayEntry } from '../../../../services/shared/workbench/replay/ledger-entry.js';
import { type ReplayDeps, replayLedger } from '../../../../services/shared/workbench/replay/replay-ledger.js';
import { createKeyRing } from '../../ledger/signers.js';
import { noDisclosures } from '../../../support/no-disclosures.js';

export const START = Date.parse('2026-06-01T12:00:00Z');
export const europol = parseOrgId('europol');
export const interpol = parseOrgId('interpol');
export const ecopol = parseOrgId('ecopol');

/** The decisions on one notice, as a router makes them. */
export interface Decided {
  readonly part: NoticePart;
  readonly decisions: readonly DecisionPart[];
  readonly denials: readonly DenialPart[];
}

/** A notice to decide about; the newest revision of `id`. */
export interface Asked {
  readonly kind?: string;
  readonly originator?: OrgId;
  readonly id?: NoticeId;
  readonly number?: number;
  readonly addressees?: readonly OrgId[];
  readonly exp?: number;
  readonly bundle?: string;
  readonly breakGlass?: Attributes['breakGlass'];
}

interface Signed {
  readonly reason?: 'routing' | 'narrowing';
  readonly bundle?: string | undefined;
  readonly directory?: number;
  readonly beside?: ReportContent['beside'];
}

/** A ledger that a test writes with the real signing functions, and the archive of its policies. */
export interface WrittenLedger {
  readonly facts: ReadonlyMap<OrgId, Organisation>;
  /** The shipped policies, and those with a rule more. */
  readonly first: string;
  readonly second: string;
  /** The shipped policies with a rule that lets notices of Europol out with break-glass alone. */
  readonly emergency: string;
  readonly entries: ReplayEntry[];
  /** The time of the next record, in milliseconds. */
  now: number;
  readonly policies: PoliciesOf;
  /** Makes a key with this id, and lists it. */
  readonly key: (kid: string, revokedAt?: Date) => Promise<Signer>;
  policyOf(bundle?: string): Promise<Policy>;
  decide(asked?: Asked): Promise<Decided>;
  /** Signs a report over these parts and appends it. */
  report(org: OrgId, parts: readonly ReportPart[], more?: Signed): Promise<void>;
  /** Signs the routing report of honest decisions, after `tamper` changed them. */
  route(decided: Decided, tamper?: (decided: Decided) => Decided, more?: Signed): Promise<void>;
  command(
    verb: CommandContent['verb'],
    about: { readonly bundle?: string; readonly notice?: NoticeId },
  ): Promise<void>;
  /** Signs the record of a judgement that adopts a bundle. */
  adopt(bundle: string): Promise<void>;
  replay(more?: Partial<ReplayDeps>): Promise<{ findings: readonly ReplayFinding[]; summary: ReplaySummary }>;
}

const FRAME = parseFrameId('a'.repeat(64));
let ids = 0;

/** Returns a new notice id. */
export function newId(): NoticeId {
  ids += 1;
  return parseNoticeId(`01900000-0000-7000-8000-${String(ids).padStart(12, '0')}`);
}

/** Creates an empty ledger. `organisations` changes entries of the directory. */
export async function writeLedger(
  organisations: Readonly<Record<string, Partial<Organisation>>> = {},
): Promise<WrittenLedger> {
  const ring = createKeyRing();
  const signer = await ring.make('hub:hub:1');
  const facts = new Map<OrgId, Organisation>(
    members.map((one) => [one.id, { ...one, keys: [], ...organisations[one.id] } as unknown as Organisation]),
  );
  const directory = { ...ring.directory, version: 1, organisations: facts } as Directory;
  const policies: PoliciesOf = async (bundle, version) => {
    const by = await shipped(bundle, 1);
    return 'missing' in by ? by : { ...by, directory, isExact: version === 1 };
  };
  const policyOf = async (bundle = first.digest): Promise<Policy> => {
    const by = await policies(bundle, 1);
    if ('missing' in by) throw new Error(by.missing);
    return by.policy;
  };
  const entries: ReplayEntry[] = [];
  const append = (bytes: Uint8Array): void => {
    const number = entries.length + 1;
    const place: LedgerPlace = { epoch: 'e', sequence: number };
    entries.push({ bytes, number, place });
  };
  const recording = () => ({ signer, federation: 'demo', now: new Date(ledger.now) });
  const ledger: WrittenLedger = {
    facts,
    first: first.digest,
    second: second.digest,
    emergency: emergency.digest,
    entries,
    now: START,
    policies,
    policyOf,
    key: async (kid, revokedAt) => {
      const made = await ring.make(kid);
      const [owner = ''] = kid.split(':');
      const entry = { ...ring.directory.key(kid), use: 'notice', revokedAt };
      const keys = (facts.get(parseOrgId(owner))?.keys ?? []) as object[];
      keys.push(entry);
      return made;
    },
    decide: async (asked = {}) => decideHonestly(await policyOf(asked.bundle), asked),
    report: async (
      org,
      parts,
      { reason = 'routing', bundle = first.digest, directory: version = 1, beside = {} } = {},
    ) => {
      const about = { reason, org, frame: FRAME, directory: version, members: [...facts.keys()] };
      const content = {
        ...about,
        policies: {},
        bundle,
        submission: null,
        parts,
        disclosedOf: noDisclosures,
        beside,
      };
      append((await signReport(content, recording())).bytes);
    },
    route: (decided, tamper = (same) => same, more = {}) => {
      const { part, decisions, denials } = tamper(decided);
      return ledger.report(part.attributes.originator, [part, ...decisions, ...denials], more);
    },
    command: async (verb, { bundle, notice }) => {
      const token = `command ${entries.length}`;
      const entry = bundle === undefined ? 'b'.repeat(64) : hexOfDigest(bundle);
      const part = {
        type: 'command',
        command: newId(),
        verb,
        person: 'An Operator',
        entry,
        ...(notice === undefined ? {} : { notice, first: newId(), proposal: digest('a proposal') }),
        seq: 1,
        accepted: Math.floor(ledger.now / 1000),
        token: digest(token),
        outcome: verb === 'cancel' ? 'cancelled' : 'adopted',
        code: null,
      } as never;
      const org = verb === 'cancel' ? europol : parseOrgId('hub');
      append((await signCommandRecord({ org, frame: FRAME, token, part, results: [] }, recording())).bytes);
    },
    adopt: async (bundle) => {
      const part = { type: 'adoption', outcome: 'adopted', bundle, release: null } as const;
      append(
        (await signAdoptionRecord({ ...part, approvedBy: null, by: 'router-1', findings: [] }, recording()))
          .bytes,
      );
    },
    replay: async (more = {}) => {
      const findings: ReplayFinding[] = [];
      const summary = await replayLedger({
        entries: async function* () {
          yield* entries;
        },
        verify: (bytes) => readRecord(bytes, { directory, now: new Date(8.64e15) }),
        policies,
        ownContent: () => Promise.resolve(undefined),
        isWhole: true,
        onFinding: (finding) => findings.push(finding),
        ...more,
      });
      return { findings, summary };
    },
  };
  return ledger;
}

/** A rule that the second bundle has more than the first. */
const STRICTER =
  '@id("eur-export-99-test")\n@reason("a rule of a test")\nforbid (principal, action, resource);\n';

const EMERGENCY =
  '@id("eur-export-98-test")\n@reason("only in an emergency")\nforbid (principal, action, resource) unless { resource has breakGlass };\n';

function shippedBundle(members: readonly OrgId[], more = ''): PolicyBundle {
  const { files } = readBundle(shippedPolicies, members, digest);
  const path = 'europol/export.cedar';
  return createBundle([...files, [path, `${files.get(path) ?? ''}\n${more}`]], digest);
}

const members = [...readFacts(shippedPolicies).organisations.values()];
const names = members.map(({ id }) => id);
const [first, second] = [shippedBundle(names), shippedBundle(names, STRICTER)];
const emergency = shippedBundle(names, EMERGENCY);
const archive = new Map([first, second, emergency].map((bundle) => [bundle.digest, bundle]));
/** Loaded once for all ledgers, because no rule reads what they change in the directory. */
const shipped = createPoliciesOf({
  fetchBundle: (named) => Promise.resolve(archive.get(named)),
  directories: [
    { version: 1, organisations: new Map(members.map((one) => [one.id, one])) } as unknown as Directory,
  ],
  digest,
});

function decideHonestly(policy: Policy, asked: Asked): Decided {
  const { kind = 'red', originator = europol, id = newId(), number = START, addressees } = asked;
  const { header, sections: content } = exampleOf(kind);
  const { addressees: _to, excluded, reviewAfter: _review, expiresAfter: _end, handling, ...rest } = header;
  const { codes, evaluation, tlp } = handling as Pick<Attributes, 'codes' | 'evaluation' | 'tlp'>;
  const audience = addressees === undefined ? 'all' : 'listed';
  const used = asked.breakGlass === undefined ? {} : { breakGlass: asked.breakGlass };
  const made = { consents: [], ...rest, originator, codes, evaluation, tlp, audience, ...used };
  const attributes = made as unknown as Attributes;
  const sections = Object.keys(content).toSorted() as Section[];
  const jti = jtiOf(id, number);
  const { exp = START / 1000 + 86_400 } = asked;
  const part: NoticePart = { type: 'notice', jti, digest: digest(jti), number, exp, attributes, sections };
  const lists = { excluded: (excluded ?? []) as readonly OrgId[], ...(addressees && { addressees }) };
  return { part, ...recordedOf(jti, policy.decide({ attributes, sections, ...lists })) };
}

interface Example {
  readonly header: Readonly<Record<string, unknown>>;
  readonly sections: object;
}

function exampleOf(kind: string): Example {
  const path = join(projectRoot, 'proto/examples', `${kind}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as Example;
}
