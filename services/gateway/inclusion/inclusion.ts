import { createBell } from '../bell.js';
import type { LoopStep } from '../loop.js';
import {
  createInclusionQuestion,
  type InclusionQuestion,
  type InclusionQuestionDeps,
} from './prove-records.js';
import { leastPause } from './question-times.js';
import { createRecordWatch, type RecordWatchDeps } from './record-watch.js';

/** The check that the records which the hub shows this gateway are on the hub's log. */
export interface Inclusion {
  readonly step: LoopStep;
  /** Call when records arrived. */
  notifyRecords(): void;
  readonly question: InclusionQuestion;
}

type InclusionDeps = Omit<InclusionQuestionDeps, 'restMs'> &
  Omit<RecordWatchDeps, 'question' | 'bell' | 'owedMs'> & {
    /** How long a record is waited for until the hub owes its inclusion, in milliseconds; a minute by default. */
    readonly owedMs?: number | undefined;
  };

const OWED_MS = 60_000;

/** Creates the check; its questions name at most 64 records every five seconds, within the rate of the hub. */
export function createInclusion({ owedMs = OWED_MS, ...deps }: InclusionDeps): Inclusion {
  const bell = createBell();
  const question = createInclusionQuestion({ ...deps, restMs: leastPause(owedMs) });
  return { step: createRecordWatch({ ...deps, question, bell, owedMs }), notifyRecords: bell.ring, question };
}
