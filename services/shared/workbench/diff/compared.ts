import { permissionsOf } from '../../policy/compile-rule.js';
import { type Layer, setName } from '../../policy/engine.js';
import { ADVERTISING_LAYERS, ALL_LAYERS } from '../../policy/layers.js';
import { RESTRICTION } from '../../policy/row.js';
import type { Rule } from '../../policy/rule.js';
import type { Answers, Query, Version } from '../space/answers.js';
import type { Diagram } from '../space/diagram.js';
import type { Space } from '../space/space.js';
import { createUnchanged, createTurn, isReworded, type Turn } from './layer-change.js';
import { addTurn, ALL_OPEN, type Verdicts } from './verdicts.js';

/** Two versions over the same space. */
export interface Comparing {
  readonly space: Space;
  readonly before: Version;
  readonly after: Version;
}

/** What both versions answer to a query. */
export interface ComparedAnswers {
  /** False where every layer is the same, in what it says and in its words. */
  readonly isTouched: boolean;
  /** The obligations that rules of the touched layers carry, and those asked for besides. */
  readonly watched: ReadonlySet<string>;
  verdicts(): Diagram<Verdicts>;
}

const NONE: ReadonlySet<string> = new Set();

export function createCompared(comparing: Comparing) {
  const { space, before, after } = comparing;
  const pairOf = createPairOf(comparing);
  return (query: Query, besides: ReadonlySet<string> = NONE): ComparedAnswers => {
    const layers = query.permission === 'advertise' ? ADVERTISING_LAYERS : ALL_LAYERS;
    const pairs = layers.map((layer) => pairOf(layer, query));
    // Whoever may not read the words of H3 does not receive.
    const words: Query = { ...routeOf(query), permission: 'disclose', section: RESTRICTION };
    const restricted = query.permission === 'receive' ? layers.map((layer) => pairOf(layer, words)) : [];
    const obligations = pairs
      .filter(({ isTouched }) => isTouched)
      .flatMap(({ rules }) => rules.flatMap(({ obligation }) => obligation ?? []));
    const watched = new Set([...besides, ...obligations]);
    const turnOf = ({ layer, isTouched, was, is }: Pair, duties: ReadonlySet<string>): Diagram<Turn> =>
      isTouched
        ? space.diagrams.combine(
            createTurn({ layer, watched: duties, before: before.sets, after: after.sets }),
            was,
            is,
          )
        : space.diagrams.map(createUnchanged(before.sets, duties), was);
    return {
      isTouched: [...pairs, ...restricted].some(({ isTouched }) => isTouched),
      watched,
      verdicts: () =>
        [
          ...pairs.map((pair) => turnOf(pair, watched)),
          ...restricted.map((pair) => whereRestricted(turnOf(pair, NONE), comparing)),
        ].reduce(
          (verdicts, turn) => space.diagrams.combine(addTurn, verdicts, turn),
          space.diagrams.leaf(ALL_OPEN),
        ),
    };
  };
}

function routeOf({ originator, recipient }: Query): Pick<Query, 'originator' | 'recipient'> {
  return { originator, recipient };
}

/** One layer of both versions. */
interface Pair {
  readonly layer: Layer;
  readonly was: ReturnType<Answers['layer']>;
  readonly is: ReturnType<Answers['layer']>;
  readonly isTouched: boolean;
  /** Of both versions. */
  readonly rules: readonly Rule[];
}

function createPairOf({ space, before, after }: Comparing): (layer: Layer, query: Query) => Pair {
  const [old, now] = [space.answersOf(before), space.answersOf(after)];
  const sides = { before: before.sets, after: after.sets };
  return (layer, query) => {
    const [was, is] = [old.layer(layer, query), now.layer(layer, query)];
    const rules = [before, after].flatMap((version) => rulesOf(version, layer, query));
    const isTouched = was !== is || rules.some(({ id }) => isReworded(id, sides));
    return { layer, was, is, isTouched, rules };
  };
}

function rulesOf({ sets }: Version, layer: Layer, query: Query): readonly Rule[] {
  const name = setName(layer, layer === 'import' ? query.recipient : query.originator);
  const rules = sets.sets.get(name)?.rules ?? [];
  return rules.filter(({ json }) => permissionsOf(json.action).has(query.permission));
}

const OPEN: Turn = { before: true, after: true, duties: { before: [], after: [] } };
const openWhere = (isPortFree: boolean, turn: Turn): Turn => (isPortFree ? OPEN : turn);

/** Without H3 nobody asks whether the words of the restriction may be read. */
function whereRestricted(turn: Diagram<Turn>, { space, before }: Comparing): Diagram<Turn> {
  return space.diagrams.combine(openWhere, space.answersOf(before).unrestricted, turn);
}
