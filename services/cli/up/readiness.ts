import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../shared/kernel/errors.js';
import { probe } from '../http-client.js';
import { type GatewayRunFile, servingAddresses } from '../home/run-file.js';
import { readyTimeout } from './ready-timeout.js';

/** A process that is not ready, with the reasons from its `/readyz`. */
export interface Unready {
  readonly process: string;
  readonly reasons: readonly string[];
}

/** Waits a minute, or longer for many gateways, until all processes are ready. Throws `not-ready` with their reasons. */
export async function waitUntilReady(run: GatewayRunFile, stopping: AbortSignal): Promise<void> {
  let unready: readonly Unready[] = [];
  const timeout = readyTimeout(Object.keys(run.gateways).length);
  for (const end = Date.now() + timeout; Date.now() < end && !stopping.aborted; ) {
    unready = await unreadyProcesses(run);
    if (unready.length === 0) return;
    await delay(100);
  }
  const why = unready.map(({ process, reasons }) => `${process}: ${reasons.join(', ')}`);
  throw fail('not-ready', `some processes are not ready: ${why.join('; ')}`);
}

/** Returns the processes that are not ready, by calling `/readyz` of each. */
export async function unreadyProcesses(run: GatewayRunFile): Promise<readonly Unready[]> {
  const answers = await Promise.all(
    Object.entries(servingAddresses(run)).map(async ([process, url]) => ({
      process,
      answer: await probe(`${url}/readyz`),
    })),
  );
  return answers
    .filter(({ answer }) => answer?.ok !== true)
    .map(({ process, answer }) => ({
      process,
      reasons: answer === undefined ? ['does not answer'] : reasonsIn(answer.body),
    }));
}

function reasonsIn(body: unknown): readonly string[] {
  const { reasons } = Object(body) as { readonly reasons?: unknown };
  if (!Array.isArray(reasons)) return [JSON.stringify(body)];
  return reasons.map((reason) => (typeof reason === 'string' ? reason : JSON.stringify(reason)));
}
