import { type Detail, errorFrom, isCode } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { type CaseFile, parseCases } from '../case-file.js';
import type { Rule } from '../rule.js';
import { textOf } from '../rule-files.js';
import type { Schema } from '../schema.js';
import { type CaseWords, checkCases } from './check-cases.js';
import { parseApprovals } from './diff/approvals.js';
import { type Finding, findingOf } from './finding.js';
import { type Lint } from './lints.js';
import { parseInvariants } from './invariant-file.js';
import { readYaml } from './yaml-file.js';

/** What the files beside the rules may name. */
export interface Surroundings {
  readonly members: readonly OrgId[];
  /** Undefined when not all rules could be read. */
  readonly rules: readonly Rule[] | undefined;
  readonly schema: Schema | undefined;
}

/** Checks the cases, invariants and approvals of a folder; none of these files must be there. */
export function checkFiles(folder: string, around: Surroundings): readonly Finding[] {
  const { members, schema } = around;
  const words: CaseWords = { members, rules: around.rules };
  const check = (path: string, lint: Lint, faultsOf: Check): readonly Finding[] => {
    const text = textOf(folder, path);
    return text === undefined ? [] : faultsOf({ path, text }).map((fault) => findingOf(lint, fault));
  };
  return [
    ...['federation', ...members].flatMap((owner) =>
      check(`${owner}/cases.yaml`, 'cases', (file) => checkCases(file, words)),
    ),
    ...check('federation/invariants.yaml', 'invariants', (file) => invariantFaults(file, schema)),
    ...(['federation', ...members] as const).flatMap((org) =>
      check(`${org}/approvals.yaml`, 'approvals', (file) =>
        faultsOfParsing(() => parseApprovals({ ...file, org })),
      ),
    ),
  ];
}

type Check = (file: { path: string; text: string }) => readonly Detail[];

function invariantFaults(
  file: { path: string; text: string },
  schema: Schema | undefined,
): readonly Detail[] {
  if (schema === undefined) return readYaml(file.path, file.text).faults;
  return faultsOfParsing(() => parseInvariants(file, schema));
}

function faultsOfParsing(parse: () => unknown): readonly Detail[] {
  try {
    parse();
    return [];
  } catch (thrown) {
    if (!isCode(thrown, 'policy-invalid')) throw thrown;
    return errorFrom(thrown).details;
  }
}

/** The files of cases that can be read, for what is asked of their notices. */
export function readableCases(folder: string, members: readonly string[]): readonly CaseFile[] {
  return ['federation', ...members].flatMap((owner) => {
    const path = `${owner}/cases.yaml`;
    try {
      const text = textOf(folder, path);
      return text === undefined ? [] : [parseCases(path, text)];
    } catch (thrown) {
      if (!isCode(thrown, 'policy-invalid')) throw thrown;
      return [];
    }
  });
}
