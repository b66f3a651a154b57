import type { OrgId } from '../../kernel/ids.js';
import type { Engine, Question } from '../../policy/engine.js';
import { type PolicyNotice, createPolicy } from '../../policy/plan.js';
import type { Workspace } from '../workspace.js';

/**
 * Returns the question that the planner asks the rules about one recipient, without regard to the originator's lists.
 * The planner leaves out consents for and agreements with non-members. Undefined when the planner never asks about it.
 */
export function plannerQuestionOf(
  { engine, sets, directory }: Workspace,
  { attributes, sections }: PolicyNotice,
  recipient: OrgId,
): Question | undefined {
  let first: Question | undefined;
  const recording: Engine = {
    evaluate: (set, question) => {
      first ??= question;
      return engine.evaluate(set, question);
    },
  };
  const only = [recipient];
  createPolicy({ engine: recording, sets, directory }).decide({
    attributes,
    sections,
    recipients: only,
    addressees: only,
  });
  return first;
}
