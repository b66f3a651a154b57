import { findProgram } from '../../../services/shared/kernel/find-program.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Finds an installed Chromium: `LIAISON_CHROMIUM`, otherwise the first on the machine. Never downloads one. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  return (
    env['LIAISON_CHROMIUM'] ?? NAMES.map((name) => findProgram(name, env)).find((path) => path !== undefined)
  );
}
