import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { SECTIONS } from '../../../services/shared/notice/kinds.js';
import { type Question, setName } from '../../../services/shared/policy/engine.js';
import { exampleNames } from '../../../services/shared/workbench/workspace.js';
import { noticesOf } from '../policy/policy-subjects.js';

/** The owner of the largest shipped set whose rules decide about all three permissions. */
const ORIGINATOR = parseOrgId('europol');
export const SET = setName('export', ORIGINATOR);

type Members = readonly Question['recipient'][];

/**
 * Returns questions about each example from the originator to each other member: the notice and each section.
 * Every question is a new object.
 */
export function questionsOf(members: Members, count: number): readonly Question[] {
  const recipients = members.filter(({ id }) => id !== ORIGINATOR);
  const [examples, kinds] = [exampleNames().length, KINDS_OF_QUESTION.length];
  return noticesOf([ORIGINATOR], count).flatMap((notice, index) => {
    const recipient = recipients[Math.floor(index / examples) % recipients.length];
    const kind = KINDS_OF_QUESTION[Math.floor(index / examples / recipients.length) % kinds];
    return recipient === undefined || kind === undefined ? [] : [{ ...kind, recipient, notice }];
  });
}

const KINDS_OF_QUESTION: readonly Pick<Question, 'permission' | 'section'>[] = [
  { permission: 'receive' },
  ...SECTIONS.flatMap((section) => [
    { permission: 'disclose' as const, section },
    { permission: 'advertise' as const, section },
  ]),
];

/** Returns the number of distinct questions. */
export function countOf(members: Members): number {
  return exampleNames().length * (members.length - 1) * KINDS_OF_QUESTION.length;
}
