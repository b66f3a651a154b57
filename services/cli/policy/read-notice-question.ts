import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { DirectoryFacts } from '../../shared/policy/facts.js';
import type { PolicyNotice } from '../../shared/policy/plan.js';
import { policyNoticeOfDraft } from '../../shared/workbench/explain/notice-of-draft.js';
import { findMember } from '../../shared/workbench/find-member.js';
import {
  policyNoticeOfCounterexample,
  isCounterexample,
  parseCounterexample,
} from '../../shared/workbench/space/counterexample.js';
import { withDraftName, readDraft } from '../notice/read-draft.js';
import type { Output } from '../terminal/output.js';
import { warnNonMembers } from './warn-non-members.js';

/** The options that name the ends of a draft's route. */
export interface RouteOptions {
  readonly from?: string;
  readonly to?: string;
}

/** A notice to ask the rules about. */
export interface NoticeQuestion {
  readonly asked: PolicyNotice;
  /** Absent for a draft without `--to`. */
  readonly to?: OrgId;
}

interface ReadQuestionParams {
  readonly options: RouteOptions;
  readonly directory: DirectoryFacts;
  readonly output: Output;
}

/**
 * Reads a draft or a counterexample of `policy diff` from a file, or from stdin for `-`. Throws `usage` when a draft has no
 * originator and when a counterexample is given one, and the errors of the draft with its file name.
 */
export function readNoticeQuestion(path: string, params: ReadQuestionParams): Promise<NoticeQuestion> {
  const value = readDraft(path);
  return withDraftName(path, () =>
    isCounterexample(value) ? ofCounterexample(value, params.options) : ofDraft(value, params),
  );
}

function ofCounterexample(value: unknown, { from, to }: RouteOptions): NoticeQuestion {
  if (from !== undefined || to !== undefined)
    throw fail(
      'usage',
      'a counterexample names originator and recipient itself: leave out `--from` and `--to`',
    );
  const counterexample = parseCounterexample(value);
  return { asked: policyNoticeOfCounterexample(counterexample), to: counterexample.to };
}

function ofDraft(
  value: unknown,
  { options: { from, to }, directory, output }: ReadQuestionParams,
): NoticeQuestion {
  if (from === undefined) throw fail('usage', 'a draft has no originator: add `--from <organisation>`');
  const originator = findMember(from, directory);
  const { header, asked } = policyNoticeOfDraft(value, { originator, now: new Date() });
  warnNonMembers(header, directory, output);
  return { asked, ...(to === undefined ? {} : { to: findMember(to, directory) }) };
}
