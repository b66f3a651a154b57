import type { OrgId } from '../../kernel/ids.js';
import type { Engine, Question } from '../../policy/engine.js';
import { type PolicyNotice, createPolicy } from '../../policy/plan.js';
import type { Workspace } from '../workspace.js';

/**
 * What the planner asks the rules about one recipient, the lists of the originator aside: it leaves out consents for and
 * agreements with who is no member. Undefined for who is no recipient.
 */
export function questionOf(
  { engine, sets, directory }: Workspace,
  { attributes, sections }: PolicyNotice,
  recipient: OrgId,
): Question | undefined {
  let first: Question | undefined;
  const listening: Engine = {
    evaluate: (set, question) => {
      first ??= question;
      return engine.evaluate(set, question);
    },
  };
  const just = [recipient];
  createPolicy({ engine: listening, sets, directory }).decide({
    attributes,
    sections,
    recipients: just,
    addressees: just,
  });
  return first;
}
