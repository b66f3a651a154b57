import { type Detail, fail } from '../../kernel/errors.js';
import { readTextOrThrow } from '../../policy/load/rule-files.js';
import type { Workspace } from '../workspace.js';
import { readYaml, type YamlFile } from '../yaml/yaml-file.js';
import { closedMapping, compileShape, shapeFaults } from '../yaml/yaml-shape.js';
import type { Change, Owner } from './changes.js';

/** The agreement of two people to a loosening of their organisation's rules. */
export interface Approval {
  /** The id that `policy diff` prints. */
  readonly loosening: string;
  readonly approvedBy: readonly string[];
  readonly reason: string;
  /** The last day on which the approval is valid, `2027-01-31`. */
  readonly until: string;
}

/** An approval with its place. */
export interface PlacedApproval extends Approval {
  /** The organisation whose folder holds the file. */
  readonly org: Owner;
  /** `europol/approvals.yaml:3:5` */
  readonly place: string;
}

const FIELDS = {
  loosening: {
    description: 'the 12 hex digits that `policy diff` prints, in quotes',
    anyOf: [{ type: 'string', pattern: '^[0-9a-f]{12}$' }],
  },
  approvedBy: {
    description: 'two different names',
    anyOf: [{ type: 'array', minItems: 2, items: { type: 'string', pattern: '\\S' } }],
  },
  reason: { description: 'a reason', anyOf: [{ type: 'string', pattern: '\\S' }] },
  until: {
    description: 'a day such as 2027-01-31',
    anyOf: [{ type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }],
  },
};
const validate = compileShape<readonly Approval[]>({
  type: 'array',
  items: closedMapping(FIELDS, Object.keys(FIELDS)),
});

/** The text of an `approvals.yaml`. */
export interface ApprovalFile {
  readonly org: Owner;
  /** Relative to the folder of policies. */
  readonly path: string;
  readonly text: string;
}

/** Reads the approvals of a folder of policies; every file is optional. */
export function readApprovals({ folder, directory }: Workspace): readonly ApprovalFile[] {
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
  if (!validate(value)) refuse(shapeFaults(yaml, validate.errors));
  const approvals = value as readonly Approval[];
  const placed = approvals.map((approval, index) => ({ ...approval, org, place: yaml.placeOf([index]) }));
  refuse(placed.flatMap((approval, index) => faultsOf(approval, { yaml, index, all: placed })));
  return placed;
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

function faultsOf(
  { loosening, approvedBy, until }: Approval,
  { yaml, index, all }: ApprovalContext,
): readonly Detail[] {
  const names = approvedBy.map((name) => name.trim().toLowerCase());
  const twice = names.findIndex((name, at) => names.indexOf(name) < at);
  const first = all.findIndex((other) => other.loosening === loosening);
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
            path: yaml.placeOf([index, 'loosening']),
            message: `\`${loosening}\` is approved twice: see ${all[first]?.place}`,
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
    .map(({ loosening, until, place }) => {
      const ends = until < today ? `ended on ${until}` : `ends on ${until}`;
      return { path: place, message: `the approval of \`${loosening}\` ${ends}` };
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
 * Applies approvals to changes. An approval is valid in the folder of the organisation whose rules loosen, until the
 * end of its last day (`today` in UTC).
 */
export function approvedBy(
  approvals: readonly PlacedApproval[],
  changes: readonly Change[],
  today: string,
): ApprovalResult {
  const owners = new Map(
    changes.filter(({ type }) => type === 'loosened').map(({ id, org }) => [id, org] as const),
  );
  const wrong = ({ loosening, org, until }: PlacedApproval): string | undefined => {
    const owner = owners.get(loosening);
    if (owner === undefined) return `no loosening \`${loosening}\`: the approval can be removed`;
    if (owner !== org)
      return `\`${loosening}\` is ${owner}'s to approve: it belongs in ${owner}/approvals.yaml`;
    return until < today ? `the approval of \`${loosening}\` ended on ${until}` : undefined;
  };
  const judged = approvals.map((approval) => ({ ...approval, fault: wrong(approval) }));
  return {
    ids: new Set(judged.filter(({ fault }) => fault === undefined).map(({ loosening }) => loosening)),
    notes: judged.flatMap(({ place, fault }) => (fault === undefined ? [] : [`${place}: ${fault}`])),
  };
}
