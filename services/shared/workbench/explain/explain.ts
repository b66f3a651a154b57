import { fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import type { Kind, Section } from '../../notice/kinds.js';
import type { Decision } from '../../policy/decision.js';
import type { Layer, Permission, Question } from '../../policy/engine.js';
import { ADVERTISING_LAYERS, ALL_LAYERS } from '../../policy/layers.js';
import { type PolicyNotice, createPolicy } from '../../policy/plan.js';
import { createExplainLayer, type ExplainLayer, type LayerAnswer } from './explain-layer.js';
import { findMember } from '../find-member.js';
import { plannerQuestionOf } from './planner-question.js';
import type { Workspace } from '../workspace.js';

/**
 * The answers of the layers to one question. The first closed one decides; the others are for an author who wants to
 * open it.
 */
export interface PermissionAnswer {
  readonly permission: Permission;
  readonly open: boolean;
  /** The first closed layer. */
  readonly layer?: Layer;
  readonly layers: readonly LayerAnswer[];
}

/** The answers about one section; for a notice that is not received, as if it were. */
export interface SectionAnswer {
  readonly section: Section;
  readonly disclose: PermissionAnswer;
  /** Whether a withheld section is advertised. Absent for a disclosed one. */
  readonly advertise?: PermissionAnswer;
}

/** Why one recipient gets what it gets of one notice. */
export interface Explanation {
  readonly kind: Kind;
  readonly originator: OrgId;
  readonly recipient: OrgId;
  /** The reason for which the notice uses break-glass; absent for one that does not. */
  readonly breakGlass?: string;
  /** The router's decision; with `because` it asked no rule. */
  readonly decision: Decision;
  readonly receive: PermissionAnswer;
  /** For a notice with H3: whether the text of the restriction is disclosed, without which it is not received. */
  readonly restriction?: PermissionAnswer;
  readonly sections: readonly SectionAnswer[];
}

/** The section with the text of H3 (`row.ts`). */
const RESTRICTION = 'handlingNote';

/**
 * Explains a decision. Throws `organisation-unknown` for a non-member, `usage` when the recipient is the originator.
 */
export function explain(workspace: Workspace, asked: PolicyNotice, recipient: OrgId): Explanation {
  const { originator, kind, codes, breakGlass } = asked.attributes;
  for (const name of [originator, recipient]) findMember(name, workspace.directory);
  if (recipient === originator) throw fail('usage', `\`${recipient}\` is the originator of this notice`);
  const [decision] = createPolicy(workspace).decide({ ...asked, recipients: [recipient] });
  const question = plannerQuestionOf(workspace, asked, recipient);
  if (decision === undefined || question === undefined) throw fail('internal', 'the policy made no decision');
  const ask = createAnswer(createExplainLayer(workspace), question);
  return {
    kind,
    originator,
    recipient,
    ...(breakGlass === undefined ? {} : { breakGlass }),
    decision,
    receive: ask('receive'),
    ...(codes.includes('H3') ? { restriction: ask('disclose', RESTRICTION) } : {}),
    sections: asked.sections.toSorted().map((section) => sectionAnswer(section, ask)),
  };
}

type AskLayers = (permission: Permission, section?: string) => PermissionAnswer;

function createAnswer(explainLayer: ExplainLayer, { notice, recipient }: Question): AskLayers {
  return (permission, section) => {
    const question = { permission, notice, recipient, ...(section === undefined ? {} : { section }) };
    const asked = permission === 'advertise' ? ADVERTISING_LAYERS : ALL_LAYERS;
    const layers = asked.map((layer) => explainLayer(layer, question));
    const closed = layers.find(({ open }) => !open);
    if (closed === undefined) return { permission, open: true, layers };
    return { permission, open: false, layer: closed.layer, layers };
  };
}

function sectionAnswer(section: Section, ask: AskLayers): SectionAnswer {
  const disclose = ask('disclose', section);
  return disclose.open ? { section, disclose } : { section, disclose, advertise: ask('advertise', section) };
}
