import { useEffect, useState } from 'preact/hooks';
import type { ShownRecorded } from '../../policies/shown-policies.js';
import { ask } from '../api.js';

export const NONE_RECORDED = 'No notice of yours is recorded yet.';

interface Found {
  readonly recorded: ShownRecorded | undefined;
  readonly trouble: string;
}

/** The recorded notices that there are to choose from. */
export function useRecorded(onOver: () => void): Found {
  const [found, setFound] = useState<Found>({ recorded: undefined, trouble: '' });
  useEffect(() => {
    void ask<ShownRecorded>('/v1/policies/recorded').then((answer) => {
      if (answer.ok) setFound({ recorded: answer.value, trouble: '' });
      else if (answer.problem.status === 401) onOver();
      else setFound({ recorded: undefined, trouble: answer.problem.detail });
    });
  }, []);
  return found;
}
