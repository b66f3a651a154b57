import type { OrgId } from '../../kernel/ids.js';
import type { Kind, Section } from '../../notice/kinds.js';
import { policyNoticeOf } from '../cases/cases.js';
import type { Layer } from '../../policy/engine.js';
import { ALL_LAYERS } from '../../policy/layers.js';
import { type PolicyNotice, createPolicy, type Policy } from '../../policy/plan.js';
import type { PreviewRow } from '../../policy/preview.js';
import type { Query } from '../space/answers.js';
import { createSpace } from '../space/space.js';
import { readExample, type Workspace } from '../workspace.js';

/** What closes something: a layer, and its forbid; null when no rule of the layer permits it. */
export interface Closing {
  readonly layer: Layer;
  readonly rule: string | null;
}

/** A withheld section, and what closes it. */
export interface Withheld extends Closing {
  readonly section: Section;
  /** The recipient may know that the section exists. */
  readonly advertised: boolean;
}

/** A direction between two members, for one kind. */
export interface ExchangeRoute {
  readonly from: OrgId;
  readonly to: OrgId;
  readonly kind: Kind;
}

/** What `to` gets of the example, without the reasons. */
export interface Reached {
  readonly state: 'open' | 'partly' | 'closed';
  readonly sections: readonly Section[];
}

/**
 * What `to` gets of the example of a kind from `from`. `open`: every section. `partly`: the notice without
 * the sections in `withheld`. `closed`: nothing; `layer` is the first that closes it, `also` the others that
 * would close it alone, and `never` is true when they close every other notice of the kind too. `before`:
 * what `to` got in an older version of the policies, where that differs (`withBefore`).
 */
export type ExchangeCell = ExchangeRoute & { readonly before?: Reached } & (
    | { readonly state: 'open'; readonly sections: readonly Section[] }
    | {
        readonly state: 'partly';
        readonly sections: readonly Section[];
        readonly withheld: readonly Withheld[];
      }
    | ({ readonly state: 'closed'; readonly also: readonly Closing[]; readonly never: boolean } & Closing)
  );

/** Returns what the recipient of a cell gets of the example. */
export function reachedOf(cell: ExchangeCell): Reached {
  return { state: cell.state, sections: cell.state === 'closed' ? [] : cell.sections };
}

/** Returns everything that closes a cell or a part of it. */
export function closingsOf(cell: ExchangeCell): readonly Closing[] {
  switch (cell.state) {
    case 'open':
      return [];
    case 'partly':
      return cell.withheld;
    case 'closed':
      return [cell, ...cell.also];
  }
}

/** Returns the cells of one originator and kind, one per recipient, in the order of the directory. */
export type AskCells = (from: OrgId, kind: Kind) => readonly ExchangeCell[];

type Policies = Readonly<Record<Layer | 'all', Policy>>;

/** Returns an `AskCells` that uses the router's evaluator. Calls `onFault` for every set that cannot be evaluated. */
export function createAskCells(workspace: Workspace, onFault: (set: string) => void): AskCells {
  const policies = policiesOf(workspace, onFault);
  const receivable = createReceivableKinds(workspace);
  return (from, kind) => cellsOf({ from, kind }, { policies, workspace, receivable });
}

/** Returns the kinds for which `to` may receive at least one notice from `from`. */
type ReceivableKinds = (from: OrgId, to: OrgId) => ReadonlySet<Kind>;

/**
 * Decides over all notices, not examples. A rule that only Cedar can evaluate counts as both true and false, so that a
 * kind that is left out is certainly never received.
 */
function createReceivableKinds(workspace: Workspace): ReceivableKinds {
  const space = createSpace([workspace]);
  const answers = space.answersOf(workspace);
  const known = new Map<string, ReadonlySet<Kind>>();
  return (originator, recipient) => {
    const route = `${originator} ${recipient}`;
    const query: Query = { originator, recipient, permission: 'receive' };
    const receivedKinds = (): ReadonlySet<Kind> => {
      const received = space.reach(answers.answer(query), [query]).filter(({ value }) => value);
      return new Set(received.map(({ kind }) => kind));
    };
    const kinds = known.get(route) ?? receivedKinds();
    known.set(route, kinds);
    return kinds;
  };
}

function policiesOf({ engine, sets, directory }: Workspace, onFault: (set: string) => void): Policies {
  const onError = ({ set }: { readonly set: string }): void => onFault(set);
  const policyOf = (layers: readonly Layer[]): Policy =>
    createPolicy({ engine, sets, directory, onError, layers });
  return {
    all: policyOf(ALL_LAYERS),
    federation: policyOf(['federation']),
    export: policyOf(['export']),
    import: policyOf(['import']),
  };
}

interface Deps {
  readonly policies: Policies;
  readonly workspace: Workspace;
  readonly receivable: ReceivableKinds;
}

function cellsOf(
  { from, kind }: Omit<ExchangeRoute, 'to'>,
  { policies, workspace, receivable }: Deps,
): readonly ExchangeCell[] {
  const asked = exampleAsked(from, kind, workspace);
  if (asked === undefined) return [];
  const alone = ALL_LAYERS.map((layer) => policies[layer].preview(asked));
  const closing = (row: PreviewRow): readonly Closing[] =>
    row.layer === undefined ? [] : [{ layer: row.layer, rule: forbidOf(row.rule, workspace) }];
  return policies.all.preview(asked).map((row, index) => {
    const route = { from, to: row.org, kind };
    const [first] = closing(row);
    if (first === undefined) return reachedCell(route, row, workspace);
    const others = alone.flatMap((rows) => rows.slice(index, index + 1).flatMap(closing));
    const also = others.filter(({ layer }) => layer !== first.layer);
    return { ...route, state: 'closed', ...first, also, never: !receivable(from, row.org).has(kind) };
  });
}

/**
 * Returns the example of a kind as a question to the rules, addressed to every member, because the lists of
 * the example would hide what the rules decide. The audience is kept, because rules read it. Undefined for a
 * kind without an example.
 */
export function exampleAsked(from: OrgId, kind: Kind, { directory }: Workspace): PolicyNotice | undefined {
  const draft = readExample(kind);
  if (draft === undefined) return undefined;
  const sections = Object.keys(draft.sections) as readonly Section[];
  const { attributes } = policyNoticeOf(from, draft.header, sections);
  const addressees = attributes.audience === 'listed' ? [...directory.organisations.keys()] : [];
  return { attributes, sections, addressees };
}

function reachedCell(route: ExchangeRoute, { sections }: PreviewRow, workspace: Workspace): ExchangeCell {
  const cells = Object.entries(sections) as [Section, NonNullable<PreviewRow['sections'][Section]>][];
  const open = cells.filter(([, { effect }]) => effect === 'disclose').map(([section]) => section);
  const withheld = cells
    .filter(([, { effect }]) => effect === 'withhold')
    .map(([section, { layer, rule, advertise }]) => {
      return { section, layer, rule: forbidOf(rule ?? undefined, workspace), advertised: advertise };
    });
  return withheld.length === 0
    ? { ...route, state: 'open', sections: open }
    : { ...route, state: 'partly', sections: open, withheld };
}

/**
 * Returns the rule when it is a forbid: after an evaluation error the reported rules are permits, which close nothing.
 */
function forbidOf(rule: string | undefined, { sets }: Workspace): string | null {
  return rule !== undefined && sets.rules.get(rule)?.effect === 'forbid' ? rule : null;
}
