import {
  type Federation,
  type FederationOptions,
  startFederation,
} from '../../services/cli/up/federation.js';
import { temporaryHome } from '../../services/cli/up/prepare-home.js';
import type { Call } from '../../services/cli/verb.js';
import { unlessStopped } from './unless-stopped.js';

type Starting = Partial<Pick<FederationOptions, 'without' | 'facts' | 'members' | 'routers' | 'separate'>>;

/**
 * Runs `measure` on a federation in a temporary home, then always stops the federation and removes the home.
 * Throws the errors of `startFederation`.
 */
export async function inOwnFederation<T>(
  { env, output, stopping }: Pick<Call<unknown>, 'env' | 'output' | 'stopping'>,
  measure: (federation: Federation) => Promise<T>,
  more: Starting = {},
): Promise<T> {
  const { home, remove } = temporaryHome();
  const say = (words: string): void => output.note(output.notePaint.dim(words));
  const starting = { env, fresh: false, afterLoss: false, say, onEvent: () => {}, stopping, ...more };
  try {
    const federation = await startFederation(home, starting);
    try {
      return await unlessStopped(measure(federation), stopping);
    } finally {
      await federation.stop();
    }
  } finally {
    remove();
  }
}
