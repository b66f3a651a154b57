import { runDoctor } from './run-doctor.js';
import type { Verb } from '../verb.js';

interface DoctorOptions {
  readonly ping?: boolean;
}

export const verb: Verb<DoctorOptions> = {
  configure: (command) => command.option('--no-ping', 'send no notice'),
  examples: [
    ['doctor', 'every check with ✓ or ✗, and the line that mends it'],
    ['doctor --json', 'NDJSON, one line a check'],
  ],
  run: (call) => runDoctor({ ...call, ping: call.options.ping !== false }),
};
