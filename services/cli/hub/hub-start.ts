import { resolve } from 'node:path';
import { untilAborted } from '../../shared/kernel/pause.js';
import { isGiven } from '../../shared/runtime/settings.js';
import { rememberPolicies } from '../home/home-defaults.js';
import { policiesIn, type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import { EXIT } from '../terminal/exit-codes.js';
import { startFederation } from '../up/federation.js';
import { createScreen } from '../up/screen.js';
import type { Verb } from '../verb.js';
import { prepareHub, requireHub } from './prepare-hub.js';

interface HubStartOptions extends Partial<PolicyOptions> {
  readonly afterLoss?: boolean;
}

export const verb: Verb<HubStartOptions> = {
  configure: (command) =>
    withPolicies(command, 'the folder of policies; by default the one that was named last').option(
      '--after-loss',
      'create the streams again after the disk of the broker was lost',
    ),
  streams: true,
  starts: 'hub',
  examples: [
    [
      'hub start --policies /var/lib/liaison-policies',
      'runs the broker, the auditor, the routers and the console until Ctrl-C',
    ],
    ['hub start', 'the same with the folder of policies that was named last'],
  ],
  run: async ({ options, home, env, output, stopping }) => {
    requireHub(home);
    const policies = resolve(policiesIn(env, home));
    if (isGiven('policies', env)) rememberPolicies(home, policies);
    const screen = createScreen(output);
    const hub = await startFederation(home, {
      env,
      fresh: false,
      afterLoss: options.afterLoss === true,
      without: ['gateways'],
      prepare: (_, { say }) => prepareHub(home, { policies, say }),
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
