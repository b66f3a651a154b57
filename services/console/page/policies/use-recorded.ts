import { useEffect, useState } from 'preact/hooks';
import type { ShownRecorded } from '../../policies/shown-policies.js';
import { requestJson } from '../api.js';

/** Shown where the ledger holds no notice that this viewer may choose. */
export const NONE_RECORDED = 'No notice of yours is recorded yet.';

interface RecordedState {
  readonly recorded: ShownRecorded | undefined;
  readonly errorText: string;
}

/** Loads the recorded notices that this viewer may choose from. Calls `onSessionEnd` after a 401. */
export function useRecorded(onSessionEnd: () => void): RecordedState {
  const [state, setState] = useState<RecordedState>({ recorded: undefined, errorText: '' });
  useEffect(() => {
    void requestJson<ShownRecorded>('/v1/policies/recorded').then((answer) => {
      if (answer.ok) setState({ recorded: answer.value, errorText: '' });
      else if (answer.problem.status === 401) onSessionEnd();
      else setState({ recorded: undefined, errorText: answer.problem.detail });
    });
  }, []);
  return state;
}
