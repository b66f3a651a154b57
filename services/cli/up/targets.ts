import type { Home } from '../../shared/runtime/home.js';
import { writeSecretJson } from '../init/secrets.js';
import type { RunFile } from '../home/run-file.js';

/**
 * `targets.json` for Prometheus (`file_sd_configs`): where each process shows its numbers. Which process it is, is a label
 * that the reader's own file gives; no process says of itself whose it is.
 */
export function writeTargets(home: Home, { metrics }: Pick<RunFile, 'metrics'>): void {
  const targets = Object.entries(metrics).map(([process, url]) => ({
    targets: [new URL(url).host],
    labels: { process, service: process.split('-')[0] },
  }));
  writeSecretJson(home.targets, targets);
}
