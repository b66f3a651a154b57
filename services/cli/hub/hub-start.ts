import { untilAborted } from '../../shared/kernel/pause.js';
import { policiesIn } from '../home/policies-folder.js';
import { EXIT } from '../terminal/exit-codes.js';
import { startFederation } from '../up/federation.js';
import { createScreen } from '../up/screen.js';
import type { Verb } from '../verb.js';
import { prepareHub, requireHub } from './prepare-hub.js';

interface HubStartOptions {
  readonly afterLoss?: boolean;
}

export const verb: Verb<HubStartOptions> = {
  configure: (command) =>
    command.option('--after-loss', 'create the streams again after the disk of the broker was lost'),
  streams: true,
  starts: 'hub',
  examples: [['hub start', 'runs the broker, the auditor, the routers and the console until Ctrl-C']],
  run: async ({ options, home, env, output, stopping }) => {
    requireHub(home);
    const screen = createScreen(output);
    const hub = await startFederation(home, {
      env,
      fresh: false,
      afterLoss: options.afterLoss === true,
      without: ['gateways'],
      prepare: (_, { say }) => prepareHub(home, { policies: policiesIn(env, home), say }),
      defaults: {},
      say: screen.say,
      onEvent: screen.processEvent,
      stopping,
    });
    try {
      await screen.follow(hub);
      await untilAborted(stopping);
    } finally {
      await screen.end();
      await hub.stop();
    }
    return EXIT.yes;
  },
};
