import type { Attributes } from '../notice/attributes.js';
import type { Engine, Evaluation, Question } from './engine.js';
import { createKey, type Key } from './key.js';
import type { PolicySets } from './policies.js';
import { addReads, type Reads } from './reads.js';
import { noticeShape } from './schema.js';

interface Cell {
  readonly key: Key;
  readonly answers: Map<bigint, Evaluation>;
}

/**
 * An engine that remembers, for every set, permission, section and recipient, the answer by just those facts of the
 * notice that the rules concerned read. A call into Cedar costs 150–250 µs, an answer from here about 1 µs, and a new
 * header rarely differs in what one section of one layer looks at. `limit` bounds the answers kept; at the bound all go.
 */
export function createMemoEngine(engine: Engine, policies: PolicySets, limit = 200_000): Engine {
  const cells = new Map<string, Cell>();
  let kept = 0;
  const remember = (cell: Cell, key: bigint, answer: Evaluation): void => {
    if (kept >= limit) {
      for (const { answers } of cells.values()) answers.clear();
      kept = 0;
    }
    cell.answers.set(key, answer);
    kept += 1;
  };
  return {
    evaluate(set, question) {
      const cell = cellOf(cells, { policies, set, question });
      const key = cell.key(question.notice);
      if (key === undefined) return engine.evaluate(set, question);
      const known = cell.answers.get(key);
      if (known !== undefined) return known;
      const answer = engine.evaluate(set, question);
      // An error may be the engine's and not the notice's: it must not stay.
      if (answer.errors.length === 0) remember(cell, key, answer);
      return answer;
    },
  };
}

interface Place {
  readonly policies: PolicySets;
  readonly set: string;
  readonly question: Question;
}

function cellOf(cells: Map<string, Cell>, place: Place): Cell {
  const { permission, section = '', recipient, notice } = place.question;
  // Vocabulary words only, none of which has a space.
  const name = `${place.set} ${permission} ${section} ${recipient.id} ${originatorIn(place, notice)}`;
  const before = cells.get(name);
  if (before !== undefined) return before;
  const cell = { key: keyOf(place), answers: new Map<bigint, Evaluation>() };
  cells.set(name, cell);
  return cell;
}

/** Import rules mostly ask who sends. An export set has one originator; in the federation's it is a fact like others. */
function originatorIn({ set }: Place, notice: Attributes): string {
  return set.endsWith('/import') ? notice.originator : '';
}

function keyOf({ policies, set, question }: Place): Key {
  const { permission, recipient, notice, section } = question;
  const reads: Reads = new Map();
  const known = {
    permission,
    recipient,
    ...(set === 'federation' ? {} : { originator: notice.originator }),
    ...(section === undefined ? {} : { section }),
  };
  for (const { json } of policies.sets.get(set)?.rules ?? []) addReads(reads, json, known);
  return createKey(noticeShape(policies.schema), reads);
}
