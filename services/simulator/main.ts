import { constants, setPriority } from 'node:os';
import { errorFrom } from '../shared/kernel/errors.js';
import { createLogger } from '../shared/runtime/logger.js';
import { exitCodeOfStart, whenParentEnds } from '../shared/runtime/lifecycle.js';
import { createStopRule } from '../shared/kernel/stop-rule.js';
import { requireHomeContract } from '../shared/trust/home-contract.js';
import { readSimulatorConfig } from './config.js';
import { runSimulation } from './simulation.js';

const log = createLogger('simulator');
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/**
 * Unlike a service it may take as long to stop as settling does; a second signal ends it at once. Runs at low priority, so
 * that on a busy machine its checks wait for the federation and not the other way round.
 */
async function main(): Promise<void> {
  // The reader of the summary is gone.
  whenParentEnds(() => process.exit(1));
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const config = readSimulatorConfig(process.env);
  requireHomeContract(config.home);
  const simulation = await runSimulation(config, say);
  const stop = createStopRule({ first: () => simulation.stop(), again: () => process.exit(1) });
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);
  process.send?.({ type: 'ready' });
  say(await simulation.summary);
}

try {
  await main();
  process.exit(0);
} catch (error) {
  const { code, message } = errorFrom(error);
  log.fatal({ code, err: error }, message);
  process.exit(exitCodeOfStart(code));
}
