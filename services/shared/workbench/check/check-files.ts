import { type Detail, errorFrom, isCode } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { DEADLINES_FILE, parseDeadlines } from '../../notice/read-deadlines.js';
import { type CaseFile, parseCases } from '../cases/case-file.js';
import { INVARIANTS_FILE } from '../../policy/adopted/bundle.js';
import { readText } from '../../kernel/read-text.js';
import type { Rule } from '../../policy/rule.js';
import type { Schema } from '../../policy/schema.js';
import { type CaseWords, checkCases } from '../cases/check-cases.js';
import { idleExpectations } from '../cases/idle-expectations.js';
import { endingApprovals, parseApprovals } from '../diff/approvals.js';
import type { Owner } from '../diff/changes.js';
import { type Finding, findingOf, unreadable } from './finding.js';
import { type Lint } from './lints.js';
import { parseInvariants, unknownJoining } from '../prove/invariant-file.js';
import { readYaml } from '../../kernel/yaml-file.js';

/** The names that the files beside the rules may use. */
export interface Surroundings {
  readonly members: readonly OrgId[];
  /** Undefined when some rule cannot be read. */
  readonly rules: readonly Rule[] | undefined;
  readonly schema: Schema | undefined;
  /** `2027-01-31`, in UTC. */
  readonly today: string;
}

/** Checks the cases, invariants, deadlines and approvals of a folder; all of these files are optional. */
export function checkFiles(folder: string, around: Surroundings): readonly Finding[] {
  const { members, schema } = around;
  const words: CaseWords = { members, rules: around.rules };
  const check = (path: string, lint: Lint, faultsOf: FindFaults): readonly Finding[] => {
    const read = readText(folder, path);
    if (read.type !== 'text') return unreadable(read);
    return faultsOf({ path, text: read.text }).map((fault) => findingOf(lint, fault));
  };
  return [
    ...['federation', ...members].flatMap((owner) => {
      const path = `${owner}/cases.yaml`;
      const faults = check(path, 'cases', (file) => checkCases(file, words));
      if (faults.length > 0) return faults;
      return check(path, 'idle-case', (file) => idleExpectations({ ...file, owner }, members));
    }),
    ...check(INVARIANTS_FILE, 'invariants', (file) => invariantFaults(file, schema, members)),
    ...check(DEADLINES_FILE, 'deadlines', ({ path, text }) =>
      faultsOfParsing(() => parseDeadlines(path, text)),
    ),
    ...(['federation', ...members] as const).flatMap((org) => approvalFindings(folder, org, around.today)),
  ];
}

type FindFaults = (file: { path: string; text: string }) => readonly Detail[];

function invariantFaults(
  file: { path: string; text: string },
  schema: Schema | undefined,
  members: readonly string[],
): readonly Detail[] {
  if (schema === undefined) return readYaml(file.path, file.text).faults;
  const faults = faultsOfParsing(() => parseInvariants(file, schema));
  return faults.length > 0 ? faults : unknownJoining(file, members);
}

function approvalFindings(folder: string, org: Owner, today: string): readonly Finding[] {
  const path = `${org}/approvals.yaml`;
  const read = readText(folder, path);
  if (read.type !== 'text') return unreadable(read);
  const file = { org, path, text: read.text };
  const faults = faultsOfParsing(() => parseApprovals(file));
  if (faults.length > 0) return faults.map((fault) => findingOf('approvals', fault));
  return endingApprovals(parseApprovals(file), today).map((fault) => findingOf('ended', fault));
}

function faultsOfParsing(parse: () => unknown): readonly Detail[] {
  try {
    parse();
    return [];
  } catch (thrown) {
    if (!isCode(thrown, 'policy-invalid', 'config-invalid')) throw thrown;
    return errorFrom(thrown).details;
  }
}

/** Returns the case files that parse; others are left out. */
export function readableCases(folder: string, members: readonly string[]): readonly CaseFile[] {
  return ['federation', ...members].flatMap((owner) => {
    const path = `${owner}/cases.yaml`;
    try {
      const read = readText(folder, path);
      return read.type === 'text' ? [parseCases(path, read.text)] : [];
    } catch (thrown) {
      if (!isCode(thrown, 'policy-invalid')) throw thrown;
      return [];
    }
  });
}
