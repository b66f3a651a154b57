import type { Alarms } from '../../shared/runtime/alarms.js';
import { createBell } from '../bell.js';
import { createDirectoryWatch, type DirectoryWatchDeps } from '../directory/directory-watch.js';
import type { LoopStep } from '../loop.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import { createMissingAlarm } from './missing-alarm.js';
import {
  createInclusionQuestion,
  type InclusionQuestion,
  type InclusionQuestionDeps,
} from './prove-records.js';
import { leastPause } from './question-times.js';
import { createRecordWatch, type RecordWatchDeps } from './record-watch.js';

/** The check that the hub's log has the records that this gateway is shown, and the directory that it was sent. */
export interface Inclusion {
  /** Each runs in a loop of its own. */
  readonly steps: Readonly<Record<'inclusion' | 'directory', LoopStep>>;
  /** Call when records arrived. */
  notifyRecords(): void;
  readonly question: InclusionQuestion;
}

type InclusionDeps = Omit<InclusionQuestionDeps, 'restMs' | 'questions'> &
  Omit<RecordWatchDeps, 'question' | 'bell' | 'begunAt' | 'owedMs' | 'missing'> &
  Omit<DirectoryWatchDeps, 'owedMs' | 'missing'> & {
    readonly questions: Pick<HubQuestions, 'inclusion' | 'directory'>;
    readonly alarms: Alarms;
    /** How long a record is waited for until the hub owes its inclusion, in milliseconds; a minute by default. */
    readonly owedMs?: number | undefined;
  };

const OWED_MS = 60_000;

/** Creates the check; its questions name at most 64 records every five seconds, within the rate of the hub. */
export function createInclusion({ owedMs = OWED_MS, ...deps }: InclusionDeps): Inclusion {
  const bell = createBell();
  const question = createInclusionQuestion({ ...deps, restMs: leastPause(owedMs) });
  const watching = { ...deps, missing: createMissingAlarm(deps.alarms), owedMs };
  const begunAt = (): number | undefined => {
    const since = deps.cosigned.read()?.begun?.since;
    return since === undefined ? undefined : since * 1000;
  };
  const steps = {
    inclusion: createRecordWatch({ ...watching, question, bell, begunAt }),
    directory: createDirectoryWatch(watching),
  };
  return { steps, notifyRecords: bell.ring, question };
}
