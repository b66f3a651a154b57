import { Session } from 'node:inspector/promises';
import { writeReport } from '../../services/cli/home/write-file.js';

/**
 * Runs `work`; with a file, writes a CPU profile of this process to it, which Chromium and VS Code can open.
 */
export async function profiled<T>(file: string | undefined, work: () => Promise<T>): Promise<T> {
  if (file === undefined) return work();
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    const result = await work();
    const { profile } = await session.post('Profiler.stop');
    writeReport(file, JSON.stringify(profile));
    return result;
  } finally {
    session.disconnect();
  }
}
