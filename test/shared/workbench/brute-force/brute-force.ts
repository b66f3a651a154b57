import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import type { Attributes } from '../../../../services/shared/notice/attributes.js';
import { type Section, sectionsOf } from '../../../../services/shared/notice/kinds.js';
import { createCompiledEngine } from '../../../../services/shared/policy/compiled-engine.js';
import {
  type Evaluation,
  type Layer,
  type Permission,
  setName,
} from '../../../../services/shared/policy/engine.js';
import { ADVERTISING_LAYERS, ALL_LAYERS } from '../../../../services/shared/policy/layers.js';
import { membersOf } from '../../../../services/shared/policy/plan.js';
import type { Version } from '../../../../services/shared/workbench/space/answers.js';

/** The answer of one layer to one question, by the evaluator. */
export interface LayerState {
  readonly open: boolean;
  /** The rules that err; `schema` when something does not fit it. */
  readonly errors: readonly string[];
  /** The rules that decide, with their annotations. */
  readonly deciding: string;
  /** The obligations of an open layer, each with the permits that impose it. */
  readonly duties: ReadonlyMap<string, string>;
}

/** One question to one layer. */
export interface PointQuestion {
  readonly notice: Attributes;
  readonly recipient: OrgId;
  readonly permission: Permission;
  readonly section?: Section;
}

/** Asks the evaluator about one layer at a time. */
export type AskLayer = (layer: Layer, question: PointQuestion) => LayerState;

const CLOSED: LayerState = { open: false, errors: [], deciding: '', duties: new Map() };

/** Returns the evaluator of one version; a member of another version alone sends and receives nothing. */
export function createAskLayer({ sets, directory }: Version): AskLayer {
  const engine = createCompiledEngine(sets);
  const members = membersOf(directory);
  const states = new Map<string, LayerState>();
  const bareOf = new WeakMap<Attributes, Attributes>();
  const bare = (notice: Attributes): Attributes => {
    const { consents } = notice;
    const known = bareOf.get(notice) ?? {
      ...notice,
      ...(consents === undefined ? {} : { consents: consents.filter((id) => members.has(id)) }),
    };
    bareOf.set(notice, known);
    return known;
  };
  return (layer, { notice, recipient, permission, section }) => {
    const facts = members.get(recipient);
    const set = setName(layer, layer === 'import' ? recipient : notice.originator);
    if (facts === undefined || !sets.sets.has(set)) return CLOSED;
    const question = { permission, recipient: facts, notice: bare(notice) };
    const answer = engine.evaluate(set, section === undefined ? question : { ...question, section });
    // Few different answers occur; a state is made once for each.
    const name = `${answer.decision} ${answer.rules.join()} ${answer.errors.join()}`;
    const state = states.get(name) ?? stateOf(answer, sets.rules);
    states.set(name, state);
    return state;
  };
}

function stateOf({ decision, rules, errors }: Evaluation, all: Rules): LayerState {
  const erring = errors.map((error) => /^(\S+): cannot/.exec(error)?.[1] ?? 'schema');
  const deciders = erring.includes('schema') ? [] : erring.length > 0 ? erring : rules;
  const deciding = deciders.map((id) => annotated(id, all)).join();
  const open = decision === 'allow';
  return { open, errors: erring, deciding, duties: open ? dutiesOf(rules, all) : CLOSED.duties };
}

type Rules = Version['sets']['rules'];

function annotated(id: string, rules: Rules): string {
  const { reason, obligation } = rules.get(id) ?? {};
  return JSON.stringify([id, reason, obligation]);
}

function dutiesOf(ids: readonly string[], rules: Rules): ReadonlyMap<string, string> {
  const duties = new Map<string, string>();
  for (const id of ids) {
    const obligation = rules.get(id)?.obligation;
    if (obligation !== undefined) duties.set(obligation, `${duties.get(obligation) ?? ''} ${id}`);
  }
  return duties;
}

/** The answers of both versions to one permission, layer by layer, as far as one of them is still open. */
interface Compared {
  before: boolean;
  after: boolean;
  readonly layers: { readonly layer: Layer; readonly was: LayerState; readonly is: LayerState }[];
  /** Per version, the obligations of the layers asked. */
  readonly duties: { before: string[]; after: string[] };
}

/** Two versions, asked point by point. */
export interface Both {
  readonly before: AskLayer;
  readonly after: AskLayer;
}

function compare({ before, after }: Both, question: PointQuestion): Compared {
  const compared: Compared = { before: true, after: true, layers: [], duties: { before: [], after: [] } };
  const ask = (asked: PointQuestion, hasDuties: boolean): void => {
    for (const layer of asked.permission === 'advertise' ? ADVERTISING_LAYERS : ALL_LAYERS) {
      if (!compared.before && !compared.after) return;
      const [was, is] = [before(layer, asked), after(layer, asked)];
      const plain = hasDuties
        ? { was, is }
        : { was: { ...was, duties: CLOSED.duties }, is: { ...is, duties: CLOSED.duties } };
      compared.layers.push({ layer, ...plain });
      compared.before &&= was.open;
      compared.after &&= is.open;
    }
  };
  ask(question, true);
  const { permission, notice, recipient } = question;
  // A recipient that may not read the text of H3 does not receive a notice with H3.
  if (permission === 'receive' && notice.codes.includes('H3'))
    ask({ notice, recipient, permission: 'disclose', section: 'handlingNote' }, false);
  for (const { was, is } of compared.layers) {
    compared.duties.before.push(...was.duties.keys());
    compared.duties.after.push(...is.duties.keys());
  }
  return compared;
}

type Type = 'loosened' | 'tightened' | 'errors' | 'reason';

/** A change for one notice, without its rules. */
export interface PointChange {
  readonly type: Type;
  readonly layer: Layer;
  readonly permission: Permission;
  readonly section: Section | null;
  readonly obligation?: string;
}

type Note = (type: Type, layer: Layer, obligation?: string) => void;

const fails = (was: LayerState, is: LayerState): boolean => is.errors.some((id) => !was.errors.includes(id));

/** Notes the layers that opened or closed, and those that newly err. */
function noteEffect({ layers }: Compared, isLooser: boolean, note: Note): void {
  for (const { layer, was, is } of layers) {
    if (isLooser ? !was.open && is.open : was.open && !is.open && !fails(was, is))
      note(isLooser ? 'loosened' : 'tightened', layer);
  }
}

function noteErrors({ after, layers }: Compared, note: Note): void {
  if (after) return;
  const [last] = layers.slice(-1);
  const isClosedAtOnce =
    last !== undefined && layers.slice(0, -1).every(({ was, is }) => was.open && is.open);
  // When one layer closes both versions, only its own errors can be new.
  for (const { layer, was, is } of isClosedAtOnce ? layers.slice(-1) : layers)
    if (fails(was, is)) note('errors', layer);
}

function noteReasons({ before, layers }: Compared, note: Note): void {
  const isClosedAtOnce = layers.slice(0, -1).every(({ was, is }) => was.open && is.open);
  const moved = layers.filter(({ was, is }) => was.open !== is.open);
  const changed = before ? layers : isClosedAtOnce ? layers.slice(-1) : moved;
  for (const { layer, was, is } of changed) {
    if ((was.open !== is.open || was.deciding !== is.deciding) && !fails(was, is)) note('reason', layer);
  }
}

/** Notes each obligation that one version imposes and the other does not; returns whether there is any. */
function noteDuties({ layers, duties }: Compared, elsewhere: Compared['duties'], note: Note): void {
  const lost = new Set(duties.before.filter((each) => ![...duties.after, ...elsewhere.after].includes(each)));
  const gained = new Set(
    duties.after.filter((each) => ![...duties.before, ...elsewhere.before].includes(each)),
  );
  for (const { layer, was, is } of layers) {
    for (const each of lost) if (was.duties.has(each)) note('loosened', layer, each);
    for (const each of gained) if (is.duties.has(each)) note('tightened', layer, each);
  }
}

/**
 * Returns every change for one notice and recipient: of the notice as a whole, and of each section of its
 * kind.
 */
export function changesAt(both: Both, notice: Attributes, recipient: OrgId): readonly PointChange[] {
  const found: PointChange[] = [];
  const noteOf =
    (permission: Permission, section: Section | null): Note =>
    (type, layer, obligation) =>
      found.push({ type, layer, permission, section, ...(obligation === undefined ? {} : { obligation }) });
  const receive = compare(both, { notice, recipient, permission: 'receive' });
  const note = noteOf('receive', null);
  if (receive.before !== receive.after) noteEffect(receive, receive.after, note);
  else if (receive.before) noteDuties(receive, { before: [], after: [] }, note);
  noteErrors(receive, note);
  if (receive.before === receive.after && (!receive.before || found.length === 0)) noteReasons(receive, note);
  const { required, optional } = sectionsOf(notice.kind);
  for (const section of [...required, ...optional]) {
    const point = { notice, recipient, section };
    const disclose = compare(both, { ...point, permission: 'disclose' });
    const advertise = compare(both, { ...point, permission: 'advertise' });
    noteSection({ receive, disclose, advertise }, (permission) => noteOf(permission, section));
  }
  return found;
}

interface SectionCompared {
  readonly receive: Compared;
  readonly disclose: Compared;
  readonly advertise: Compared;
}

function noteSection(
  { receive, disclose, advertise }: SectionCompared,
  noteAs: (permission: Permission) => Note,
): void {
  const level = (side: 'before' | 'after') => (disclose[side] ? 2 : advertise[side] ? 1 : 0);
  const [before, after] = [level('before'), level('after')];
  const isReceived =
    after > before ? receive.after : before > after ? receive.before : receive.before && receive.after;
  if (!isReceived) return;
  let count = 0;
  const counting =
    (permission: Permission): Note =>
    (...change) => {
      count += 1;
      noteAs(permission)(...change);
    };
  if (after !== before) {
    const permission = Math.max(before, after) === 2 ? 'disclose' : 'advertise';
    noteEffect(permission === 'disclose' ? disclose : advertise, after > before, counting(permission));
  } else if (before === 2) noteDuties(disclose, receive.duties, counting('disclose'));
  const changes = count;
  noteErrors(disclose, noteAs('disclose'));
  if (!disclose.after) noteErrors(advertise, noteAs('advertise'));
  if (before === after && changes === 0 && receive.before && receive.after)
    noteReasons(disclose, noteAs('disclose'));
}
