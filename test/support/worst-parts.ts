import { jtiOf, type OrgId, parseNoticeId } from '../../services/shared/kernel/ids.js';
import { recordedOf } from '../../services/shared/ledger/denials.js';
import type { ReportPart } from '../../services/shared/ledger/record-parts.js';
import { digest } from '../../services/shared/trust/digest.js';
import type { Action } from '../../services/shared/wire/frames.js';

/** The longest leaves of notice and decision as measured (docs/adr/0006), without salt, framing and name. */
const [LONGEST_NOTICE, LONGEST_DECISION] = [690, 1_153];
const MAX_NUMBER = 4_503_599_627_370_496;
const NOTHING = { sections: [], withheld: [], advertised: [], obligations: [] };

const noticeId = (index: number) =>
  parseNoticeId(`01890a5d-ac96-774b-bcce-b302099a80${String(index).padStart(2, '0')}`);

/** Which recipients an item of a frame is given to. */
export interface WorstItem {
  readonly index: number;
  readonly given: readonly OrgId[];
  readonly denied: readonly OrgId[];
}

/** Returns the largest parts that a report can have about one notice. */
export function worstNoticeParts({ index, given, denied }: WorstItem): readonly ReportPart[] {
  const jti = jtiOf(noticeId(index), MAX_NUMBER);
  const notice = { type: 'notice', jti, digest: digest('notice'), number: MAX_NUMBER, exp: 4e9 };
  const header = padded({ ...notice, attributes: { kind: 'red' } }, LONGEST_NOTICE, 'sections');
  const decisions = given.map((to, at) => {
    const decision = { type: 'decision', jti, to: '', outcome: 'redacted', ...NOTHING, rules: [] };
    // In turn the shared sections, or rules that no other decision names, make the decision as long as that.
    if (at % 2 === 0) return { ...padded(decision, LONGEST_DECISION, 'sections'), to };
    const rule = { layer: 'import', id: `${index} ${to} ` };
    const missing = LONGEST_DECISION - JSON.stringify({ ...decision, rules: [rule] }).length;
    return { ...decision, rules: [{ ...rule, id: rule.id.padEnd(rule.id.length + missing, 'x') }], to };
  });
  // Recipients in no list are denied in the part `others`, which has no names.
  const all = denied.map((recipient) => {
    const because = 'not-addressed' as const;
    return { ...NOTHING, recipient, outcome: 'denied' as const, rules: [], because };
  });
  return [header, ...decisions, ...recordedOf(jti, all).denials] as readonly ReportPart[];
}

function padded(part: object, length: number, name: string): object {
  const missing = length - JSON.stringify({ ...part, [name]: [''] }).length;
  return { ...part, [name]: ['x'.repeat(Math.max(0, missing))] };
}

/** Returns the largest parts about one action of scope `listed`: some holders are handed it, all others are unnamed. */
export function worstActionParts({ index, given, denied }: WorstItem): readonly ReportPart[] {
  const named = digest(`action ${index}`);
  const about = { id: noticeId(index), number: MAX_NUMBER, verb: 'restrict', scope: 'listed' } as const;
  return [
    { type: 'action', digest: named, ...about, until: 4e9, expiresAt: 4e9, unnamed: denied },
    ...given.map((to) => ({ type: 'act', to, digest: named }) as const),
  ];
}

/** Returns the part about one request. */
export function worstRequestParts(index: number, to: OrgId): readonly ReportPart[] {
  return [
    { type: 'ask', to, digest: digest(`request ${index}`), id: noticeId(index), section: 'handlingNote' },
  ];
}

/** Returns an action of `size` bytes as it stands beside a record, with as many leaves as fit into its half. */
export function worstAction(size: number): Action {
  const leaf = { leaf: { salt: new Uint8Array(16), part: new Uint8Array(100) } };
  const leaves = Array.from({ length: Math.floor(size / 2 / 130) }, () => leaf);
  return { statement: 'x'.repeat(Math.max(0, size - leaves.length * 130)), leaves, disclosures: [] };
}
