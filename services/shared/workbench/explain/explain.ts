import { fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import type { Kind, Section } from '../../notice/kinds.js';
import type { Decision } from '../../policy/decision.js';
import type { Layer, Permission, Question } from '../../policy/engine.js';
import { ADVERTISING_LAYERS, ALL_LAYERS } from '../../policy/layers.js';
import { type PolicyNotice, createPolicy } from '../../policy/plan.js';
import { createExplainLayer, type ExplainLayer, type LayerAnswer } from './explain-layer.js';
import { memberNamed } from '../member-named.js';
import { questionOf } from './question-of.js';
import type { Workspace } from '../workspace.js';

/** What the layers answer to one question. The first that is closed decides; the others are told, for who would mend it. */
export interface PermissionAnswer {
  readonly permission: Permission;
  readonly open: boolean;
  /** The first that is closed. */
  readonly layer?: Layer;
  readonly layers: readonly LayerAnswer[];
}

/** One section of the notice. Where the notice is not received it says what would be, if it were. */
export interface SectionAnswer {
  readonly section: Section;
  readonly disclose: PermissionAnswer;
  /** May a withheld section be known of? Absent for a disclosed one. */
  readonly advertise?: PermissionAnswer;
}

/** Why one recipient gets what it gets of one notice. */
export interface Explanation {
  readonly kind: Kind;
  readonly originator: OrgId;
  readonly recipient: OrgId;
  /** As the router decides: with `because` it asked no rule. */
  readonly decision: Decision;
  readonly receive: PermissionAnswer;
  /** With H3 the notice goes only to who may read the words of the restriction: may it? */
  readonly restriction?: PermissionAnswer;
  readonly sections: readonly SectionAnswer[];
}

/** The section of H3's words (`row.ts`). */
const RESTRICTION = 'handlingNote';

/** Throws `organisation-unknown` for an end that is no member, `usage` for the originator as recipient. */
export function explain(workspace: Workspace, asked: PolicyNotice, recipient: OrgId): Explanation {
  const { originator, kind, codes } = asked.attributes;
  for (const name of [originator, recipient]) memberNamed(name, workspace.directory);
  if (recipient === originator) throw fail('usage', `\`${recipient}\` is the originator of this notice`);
  const [decision] = createPolicy(workspace).decide({ ...asked, recipients: [recipient] });
  const question = questionOf(workspace, asked, recipient);
  if (decision === undefined || question === undefined) throw fail('internal', 'nothing was decided');
  const ask = createAnswer(createExplainLayer(workspace), question);
  return {
    kind,
    originator,
    recipient,
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
