import { type Detail, fail } from '../../kernel/errors.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { readTextOrThrow } from '../../policy/load/rule-files.js';
import type { Workspace } from '../workspace.js';
import { readYaml, type YamlFile } from '../../kernel/yaml-file.js';
import { closedMapping, shapeWhenUsed, shapeFaults } from '../yaml/yaml-shape.js';
import { accessionOf, type AccessionPart } from './accession.js';
import type { Change, HexDigest, Owner } from './changes.js';

/** Two people's agreement to what the rules of their organisation open. */
export type Approval = Agreement & (ApprovedLoosening | ApprovedAccession);

interface Agreement {
  readonly approvedBy: readonly string[];
  readonly reason: string;
  /** The last day on which the approval is valid, `2027-01-31`. */
  readonly until: string;
}

interface ApprovedLoosening {
  /** The id that `policy diff` prints. */
  readonly loosening: string;
  readonly accession?: never;
}

/** Approves everything that the organisation opens to a new member, and that the member opens to it. */
interface ApprovedAccession {
  /** The member. */
  readonly accession: string;
  /** The digest that `policy diff --member` prints. */
  readonly digest: string;
  readonly loosening?: never;
}

/** An approval with its place. */
export type PlacedApproval = Approval & {
  /** The organisation whose folder holds the file. */
  readonly org: Owner;
  /** `europol/approvals.yaml:3:5` */
  readonly place: string;
};

/** Returns the JSON Schema of a string that matches; a fault says that `description` is expected. */
const text = (description: string, pattern: string) => ({
  description,
  anyOf: [{ type: 'string', pattern }],
});
const AGREEMENT = {
  approvedBy: {
    description: 'two different names',
    anyOf: [{ type: 'array', minItems: 2, items: { type: 'string', pattern: '\\S' } }],
  },
  reason: text('a reason', '\\S'),
  until: text('a day such as 2027-01-31', '^\\d{4}-\\d{2}-\\d{2}$'),
};
const shapeOf = (fields: Readonly<Record<string, object>>) => {
  const all = { ...fields, ...AGREEMENT };
  return shapeWhenUsed<Approval>(closedMapping(all, Object.keys(all)));
};
const LOOSENING = shapeOf({
  loosening: text('the 12 hex digits that `policy diff` prints, in quotes', '^[0-9a-f]{12}$'),
});
const ACCESSION = shapeOf({
  accession: text('the id of the member', '^[a-z0-9][a-z0-9-]{0,63}$'),
  digest: text('the 64 hex digits that `policy diff --member` prints, in quotes', '^[0-9a-f]{64}$'),
});
const LIST = shapeWhenUsed<readonly unknown[]>({ type: 'array' });

/** The text of an `approvals.yaml`. */
export interface ApprovalFile {
  readonly org: Owner;
  /** Relative to the folder of policies. */
  readonly path: string;
  readonly text: string;
}

/** Reads the approvals of a folder of policies; every file is optional. */
export function readApprovals({
  folder,
  directory,
}: Pick<Workspace, 'folder' | 'directory'>): readonly ApprovalFile[] {
  return (['federation', ...directory.organisations.keys()] as const).flatMap((org) => {
    const path = `${org}/approvals.yaml`;
    const text = readTextOrThrow(folder, path);
    return text === undefined ? [] : [{ org, path, text }];
  });
}

/** Reads `approvals.yaml`. Throws `policy-invalid` with every fault as `path:line:col`. */
export function parseApprovals({ org, path, text }: ApprovalFile): readonly PlacedApproval[] {
  const yaml = readYaml(path, text);
  refuse(yaml.faults);
  const value = yaml.value ?? [];
  const isList = LIST();
  if (!isList(value)) refuse(shapeFaults(yaml, isList.errors));
  const items = value as readonly unknown[];
  refuse(items.flatMap((item, index) => itemFaults(item, yaml, index)));
  const approvals = items as readonly Approval[];
  const placed = approvals.map((approval, index) => ({ ...approval, org, place: yaml.placeOf([index]) }));
  refuse(placed.flatMap((approval, index) => faultsOf(approval, { yaml, index, all: placed })));
  return placed;
}

function itemFaults(item: unknown, yaml: YamlFile, index: number): readonly Detail[] {
  const isApproval = isJsonObject(item) && Object.hasOwn(item, 'accession') ? ACCESSION() : LOOSENING();
  return isApproval(item) ? [] : shapeFaults(yaml, isApproval.errors, [index]);
}

function refuse(faults: readonly Detail[]): void {
  const [first] = faults;
  if (first !== undefined) throw fail('policy-invalid', `${first.path}: ${first.message}`, faults);
}

interface ApprovalContext {
  readonly yaml: YamlFile;
  readonly index: number;
  readonly all: readonly PlacedApproval[];
}

/** Returns what an approval is about, in words. */
function subjectOf({ loosening, accession }: Approval): string {
  return accession === undefined ? `\`${loosening}\`` : `the accession of \`${accession}\``;
}

function faultsOf(approval: Approval, { yaml, index, all }: ApprovalContext): readonly Detail[] {
  const { approvedBy, until } = approval;
  const names = approvedBy.map((name) => name.trim().toLowerCase());
  const twice = names.findIndex((name, at) => names.indexOf(name) < at);
  const first = all.findIndex((other) => subjectOf(other) === subjectOf(approval));
  return [
    ...(twice === -1
      ? []
      : [
          {
            path: yaml.placeOf([index, 'approvedBy', twice]),
            message: `\`${approvedBy[twice]}\` is named twice: an approval needs two different names`,
          },
        ]),
    ...(first === index
      ? []
      : [
          {
            path: yaml.placeOf([index, approval.accession === undefined ? 'loosening' : 'accession']),
            message: `${subjectOf(approval)} is approved twice: see ${all[first]?.place}`,
          },
        ]),
    ...(isDay(until) ? [] : [{ path: yaml.placeOf([index, 'until']), message: `\`${until}\` is not a day` }]),
  ];
}

/** True for an existing day; `2027-02-30` is none. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const SOON_MS = 7 * 86_400_000;

/** Finds approvals that have ended, or end within a week of `today` (in UTC). */
export function endingApprovals(approvals: readonly PlacedApproval[], today: string): readonly Detail[] {
  const soon = new Date(Date.parse(today) + SOON_MS).toISOString().slice(0, 10);
  return approvals
    .filter(({ until }) => until <= soon)
    .map((approval) => {
      const { until, place } = approval;
      const ends = until < today ? `ended on ${until}` : `ends on ${until}`;
      return { path: place, message: `the approval of ${subjectOf(approval)} ${ends}` };
    });
}

/** Which loosenings are approved. */
export interface ApprovalResult {
  /** The ids of the approved loosenings. */
  readonly ids: ReadonlySet<string>;
  /** Approvals that have no effect, each with its place and why. */
  readonly notes: readonly string[];
}

/**
 * Applies approvals to changes. An approval is valid in the folder of the organisation whose rules loosen,
 * until the end of its last day (`today` in UTC). The approval of an accession covers all loosenings that
 * `accessionOf` returns for that organisation, as long as their digest is the approved one.
 */
export function approvedBy(
  approvals: readonly PlacedApproval[],
  changes: readonly Change[],
  { today, digest }: { readonly today: string; readonly digest: HexDigest },
): ApprovalResult {
  const judged = approvals.map((approval) => {
    const applied =
      approval.accession === undefined
        ? applyLoosening(approval, changes)
        : applyAccession(approval, accessionOf(approval.accession, changes, digest));
    if (typeof applied === 'string' || approval.until >= today) return { place: approval.place, applied };
    const ended = `the approval of ${subjectOf(approval)} ended on ${approval.until}`;
    return { place: approval.place, applied: ended };
  });
  return {
    ids: new Set(judged.flatMap(({ applied }) => (typeof applied === 'string' ? [] : applied))),
    notes: judged.flatMap(({ place, applied }) =>
      typeof applied === 'string' ? [`${place}: ${applied}`] : [],
    ),
  };
}

/** The ids of the approved loosenings, or why the approval has no effect. */
type Applied = readonly string[] | string;

function applyLoosening(
  { loosening, org }: PlacedApproval & ApprovedLoosening,
  changes: readonly Change[],
): Applied {
  const owner = changes.find(({ type, id }) => type === 'loosened' && id === loosening)?.org;
  if (owner === undefined) return `no loosening \`${loosening}\`: the approval can be removed`;
  if (owner !== org)
    return `\`${loosening}\` must be approved by ${owner}: it belongs in ${owner}/approvals.yaml`;
  return [loosening];
}

function applyAccession(
  { accession, digest, org }: PlacedApproval & ApprovedAccession,
  parts: readonly AccessionPart[],
): Applied {
  const part = parts.find((each) => each.org === org);
  if (part === undefined)
    return `the accession of \`${accession}\` loosens no rule of ${org}: the approval can be removed`;
  if (part.digest !== digest)
    return `the accession of \`${accession}\` loosens more or less than ${org} approved: approve its new digest`;
  return part.loosenings.map(({ id }) => id);
}
