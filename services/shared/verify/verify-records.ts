import { decodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { groupBy } from '../kernel/group-by.js';
import { type FrameId, type Jti, noticeIdOf, type OrgId, parseFrameId, parseOrgId } from '../kernel/ids.js';
import { verifyActionsIn } from '../ledger/action.js';
import { verifyShownPart } from '../ledger/delivery/shown-part.js';
import { eachDenied } from '../ledger/denials.js';
import { type Report, verifyReport } from '../ledger/record.js';
import { isOwnPart, type OwnPart, type SharePart, type UnsharePart } from '../ledger/record-own-parts.js';
import type { DecisionPart } from '../ledger/record-parts.js';
import { digest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { type Claims as JwsClaims, verifyJws } from '../trust/jws.js';
import type { LedgerRecord } from '../wire/frames.js';
import type { WitnessPolicy } from '../tlog/witness-policy.js';
import type { ClaimList } from './claims.js';
import type { Pack, PackRecord, WholeRecord } from './pack.js';
import { leafOfPack } from './pack-parts.js';
import { verifyLogged } from './verify-log.js';

/** What the parts of a pack are verified with. */
export interface Verifying {
  readonly pack: Pack;
  readonly directory: Directory;
  readonly now: Date;
  readonly claims: ClaimList;
  /** True: a record without a proof that it is on the log does not hold. */
  readonly requireLog: boolean;
  /** The witness policy that the verifier pinned. */
  readonly witnesses: WitnessPolicy | undefined;
}

/** A report of the hub whose signature and parts were verified. */
export interface ReadReport {
  /** Its place in the pack. */
  readonly where: string;
  readonly digest: string;
  readonly frame: FrameId;
  readonly reason: string;
  readonly issuedAt: Date;
  /** The own parts of a member, as far as the pack has them. */
  readonly ownOf: (org: OrgId) => readonly OwnPart[];
  /** True if one of its parts is about the notice. */
  readonly isAboutNotice: boolean;
  /** With all of its parts; undefined in a pack about one recipient. */
  readonly report?: Report;
}

/** Verifies the records of a pack and what they say of the notice; returns those that hold. */
export async function verifyRecords(verifying: Verifying): Promise<readonly ReadReport[]> {
  const read: ReadReport[] = [];
  for (const [at, record] of verifying.pack.records.entries()) {
    const where = `records[${at}]`;
    const { whole } = record;
    const one =
      whole === null
        ? await readShown(verifying, record, where)
        : await readWhole(verifying, { statement: record.statement, whole, where });
    await verifyLogged({ ...record, where }, verifying);
    if (one) read.push(one);
  }
  return read;
}

interface WholeParams {
  readonly statement: string;
  readonly whole: WholeRecord;
  readonly where: string;
}

async function readWhole(
  { pack, directory, now, claims }: Verifying,
  { statement, whole, where }: WholeParams,
): Promise<ReadReport | undefined> {
  const report = await claims.check({ claim: 'record', where, says: reportText }, async () => {
    const one = await verifyReport(recordOf(statement, whole), { directory, now, org: pack.originator });
    verifyActionsIn(one);
    return one;
  });
  if (report === undefined) return undefined;
  const own = report.statement.leaves
    .map(({ part }) => JSON.parse(Buffer.from(part).toString('utf8')) as OwnPart)
    .filter(isOwnPart);
  const byMember = groupBy(own, ({ to }) => to);
  const ownOf = (org: OrgId): readonly OwnPart[] => byMember.get(org) ?? [];
  for (const part of own.filter((one) => isAbout(pack, one)))
    await claims.check({ claim: 'share', where, says: partText(part) }, () => requireKnown(pack, part));
  await claimDenials({ pack, claims }, report, where);
  const isRefused = await claimRefusals({ pack, claims }, report, where);
  const isAboutNotice = isRefused || report.notices.some(({ jti }) => noticeIdOf(jti) === pack.notice);
  return { where, ...report, ownOf, isAboutNotice, report };
}

/** Restores the record from its form in a pack. Throws `token-malformed`. */
function recordOf(statement: string, { leaves, actions, requests }: WholeRecord): LedgerRecord {
  return {
    statement: { statement, leaves: leaves.map(leafOfPack) },
    requests,
    actions: actions.map((action) => ({
      statement: action.statement,
      leaves: action.leaves.map((leaf) =>
        'hash' in leaf ? { hash: decodeBase64url(leaf.hash) } : { leaf: leafOfPack(leaf) },
      ),
      disclosures: [],
    })),
  };
}

async function readShown(
  { pack, directory, now, claims }: Verifying,
  { statement, shown }: PackRecord,
  where: string,
): Promise<ReadReport | undefined> {
  const recipient = pack.recipient ?? pack.originator;
  const head = await claims.check({ claim: 'record', where: `${where}.statement`, says: reportText }, () =>
    readStatement(statement, { pack, directory, now }),
  );
  if (head === undefined) return undefined;
  const own: OwnPart[] = [];
  for (const [at, one] of (shown ?? []).entries()) {
    const claimed = { claim: 'share', where: `${where}.shown[${at}]`, says: partText } as const;
    const part = await claims.check(claimed, async () => {
      const verified = await verifyShownPart({ statement, ...one }, { directory, recipient, now });
      requireKnown(pack, verified.part);
      return verified.part;
    });
    if (part) own.push(part);
  }
  const isAboutNotice = own.some((part) => isAbout(pack, part));
  return { where, ...head, ownOf: (org) => (org === recipient ? own : []), isAboutNotice };
}

async function readStatement(
  statement: string,
  { pack, directory, now }: Pick<Verifying, 'pack' | 'directory' | 'now'>,
): Promise<Omit<ReadReport, 'where' | 'ownOf' | 'isAboutNotice'> & { readonly bundle: JwsClaims[string] }> {
  const { payload } = await verifyJws(statement, {
    typ: 'report+jws',
    use: 'hub',
    key: directory.key,
    issuer: 'hub',
    audience: directory.federation,
    now,
  });
  if (parseOrgId(payload['org']) !== pack.originator)
    throw fail('issuer-mismatch', 'a record is about another originator');
  return {
    digest: digest(statement),
    frame: parseFrameId(payload['frame']),
    reason: String(payload['type']),
    issuedAt: new Date(Number(payload['iat']) * 1000),
    bundle: payload['bundle'],
  };
}

function reportText(
  report: (Pick<ReadReport, 'reason' | 'issuedAt'> & { readonly bundle?: unknown }) | undefined,
): string {
  if (report === undefined) return 'the hub recorded this';
  const { reason, issuedAt, bundle } = report;
  const by = typeof bundle === 'string' ? `, by the policies \`${bundle}\`` : '';
  const name = reason === 'routing' ? 'routing report' : 'narrowing';
  return `the hub recorded this ${name} at ${issuedAt.toISOString()}${by}`;
}

/** Says what a part tells its member. */
function partText(part: OwnPart | undefined): string {
  switch (part?.type) {
    case 'share':
      return `the hub recorded that ${part.to} gets ${part.sections.join(', ') || 'no section'} of ${part.jti}`;
    case 'unshare':
      return `the hub recorded that ${part.to} gets nothing of ${part.jti} any more`;
    case 'act':
      return `the hub recorded that ${part.to} is handed the action ${part.digest}`;
    case 'unact':
      return `the hub recorded that ${part.to} is not handed the action ${part.digest} any more`;
    case 'ask':
    case 'seed':
    case undefined:
      return 'the hub recorded this part';
  }
}

async function claimDenials(
  { pack, claims }: Pick<Verifying, 'pack' | 'claims'>,
  { decisions, denials, notices }: Report,
  where: string,
): Promise<void> {
  const digests = new Map(notices.map(({ jti, digest: named }) => [jti, named]));
  const denied: readonly DecisionPart[] = [...decisions, ...denials.flatMap(eachDenied)].filter(
    ({ jti, outcome }) => outcome === 'denied' && noticeIdOf(jti) === pack.notice,
  );
  for (const [why, group] of groupBy(denied, reasonOf)) {
    const says = `the hub recorded that ${group.map(({ to }) => to).join(', ')} may not have ${why}`;
    await claims.check({ claim: 'denial', where, says }, () => {
      for (const { jti } of group) requireRevision(pack, jti, digests.get(jti) ?? '');
    });
  }
}

/** Adds a line for each revision of the pack that the hub refused; resolves with true if there is one. */
async function claimRefusals(
  { pack, claims }: Pick<Verifying, 'pack' | 'claims'>,
  { refusals }: Report,
  where: string,
): Promise<boolean> {
  let isRefused = false;
  for (const { number, digest: named } of pack.notices) {
    const refusal = refusals.find((one) => one.digest === named);
    if (refusal === undefined) continue;
    const says = `the hub recorded that it refused ${pack.notice}.${number}: ${refusal.code}`;
    await claims.check({ claim: 'refusal', where, says }, () => undefined);
    isRefused = true;
  }
  return isRefused;
}

const reasonOf = ({ jti, because, rules }: DecisionPart): string =>
  `${jti}: ${because ?? (rules.map(({ id }) => id).join(', ') || 'no rule permits it')}`;

function isAbout({ notice }: Pack, part: OwnPart): part is SharePart | UnsharePart {
  return (part.type === 'share' || part.type === 'unshare') && noticeIdOf(part.jti) === notice;
}

/** Requires a part about the notice to name a revision of the pack. */
function requireKnown(pack: Pack, part: OwnPart): void {
  if (isAbout(pack, part)) requireRevision(pack, part.jti, part.digest);
}

/** Requires a revision that the pack has with this digest. */
function requireRevision({ notice, notices }: Pack, jti: Jti, named: string): void {
  const revision = notices.find(({ number }) => `${notice}.${number}` === jti);
  if (revision?.digest === named) return;
  throw fail('digest-mismatch', 'a record names another revision than the pack has');
}
