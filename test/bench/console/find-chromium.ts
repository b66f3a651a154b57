import { findProgram } from '../../../services/shared/kernel/find-program.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The machine's own Chromium: `LIAISON_CHROMIUM`, else the first that is installed; none is ever fetched. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  return (
    env['LIAISON_CHROMIUM'] ?? NAMES.map((name) => findProgram(name, env)).find((path) => path !== undefined)
  );
}
