import type { Attributes } from '../notice/attributes.js';
import type { Section } from '../notice/kinds.js';
import type { CaseFile, CaseNotice } from './cases/case-file.js';
import { policyNoticeOf, merge } from './cases/cases.js';
import type { OrganisationFacts } from '../policy/facts.js';
import { exampleNames, readExample } from './workspace.js';

/** A notice with its sections, and one possible recipient. */
export interface Example {
  readonly notice: Attributes;
  readonly sections: readonly Section[];
  readonly recipient: OrganisationFacts;
}

/**
 * Returns the drafts of `proto/examples` and the notices of the cases, each once, as sent by every member to every
 * other. The originator's lists of addressees and exclusions are dropped, because they would hide what the rules
 * decide; the audience stays, because rules read it.
 */
export function examplesOf(
  members: readonly OrganisationFacts[],
  cases: readonly CaseFile[],
): readonly Example[] {
  const notices: readonly CaseNotice[] = [
    ...exampleNames().map((example) => ({ example })),
    ...cases.flatMap((file) => Object.values(file.notices)),
  ];
  const drafts = notices.flatMap(({ example, header = {}, sections }) => {
    const draft = readExample(example);
    if (draft === undefined) return [];
    return [{ header: merge(draft.header, header), sections: sections ?? Object.keys(draft.sections) }];
  });
  const once = [...new Map(drafts.map((draft) => [JSON.stringify(draft), draft])).values()];
  return members.flatMap(({ id }) =>
    once.flatMap(({ header, ...draft }) => {
      const sections = draft.sections as readonly Section[];
      const { attributes: notice } = policyNoticeOf(id, header, sections);
      return members
        .filter((recipient) => recipient.id !== id)
        .map((recipient) => ({ notice, sections, recipient }));
    }),
  );
}
