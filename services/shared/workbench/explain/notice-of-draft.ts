import { parseNoticeId, type OrgId } from '../../kernel/ids.js';
import { attributesOf } from '../../notice/attributes.js';
import { composeNotice, type Draft, parseDraft } from '../../notice/draft.js';
import type { Section } from '../../notice/kinds.js';
import type { PolicyNotice } from '../../policy/plan.js';

/** A draft as its originator's gateway would submit it now, with the question to policy that follows from it. */
export interface DraftNotice {
  readonly header: Draft['header'];
  readonly asked: PolicyNotice;
}

interface SubmissionContext {
  readonly originator: OrgId;
  readonly now: Date;
}

/** Any id does: no rule reads it. */
const ID = parseNoticeId('00000000-0000-7000-8000-000000000000');

/** Turns a draft into a question to policy. Refuses what the gateway refuses: throws as `parseDraft`. */
export function policyNoticeOfDraft(value: unknown, { originator, now }: SubmissionContext): DraftNotice {
  const draft = parseDraft(value);
  const { header, routing, sections } = composeNotice(draft, {
    id: ID,
    number: 1,
    originator,
    now,
  });
  const asked: PolicyNotice = {
    attributes: attributesOf(header, routing),
    sections: Object.keys(sections) as Section[],
    excluded: routing.excluded,
    ...(routing.addressees === undefined ? {} : { addressees: routing.addressees }),
  };
  return { header: draft.header, asked };
}
