import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { originOf } from '../../shared/tlog/checkpoint.js';
import { formatWitnessPolicy } from '../../shared/tlog/format-witness-policy.js';
import { logKeysOf } from '../../shared/tlog/log-keys.js';
import { memberPolicy } from '../../shared/tlog/member-witnesses.js';
import { newestDirectory } from '../init/home-directory.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';

export const verb: Verb = {
  configure: (command) => command,
  examples: [
    ['ledger witnesses > witnesses.policy', 'the witness policy of the members, to pin or to change'],
    ['verify pack.json --witnesses witnesses.policy', 'believes only what a quorum of them cosigned'],
  ],
  run: async ({ home, output }) => {
    const [directory, now] = [await newestDirectory(home), new Date()];
    // A policy names each key once (C2SP tlog-policy), so that one for several lives of the log names none.
    const isFirstLife = !existsSync(join(home.auditorData, 'log', 'life.json'));
    const logs = isFirstLife ? logKeysOf(directory, originOf(directory.federation, 1), now) : [];
    const members = memberPolicy(directory, now);
    const needed = members.groups.get(members.quorum)?.threshold ?? 0;
    if (members.witnesses.size < needed)
      throw fail(
        'witness-missing',
        `${members.witnesses.size} witness keys that the directory lists are in force, and ${needed} must cosign`,
      );
    const policy = formatWitnessPolicy({ ...members, logs });
    output.show({ policy }, () => policy.trimEnd());
    return EXIT.yes;
  },
};
