import { writeFileSync } from 'node:fs';
import { createOutput } from '../../../../services/cli/terminal/output.js';
import type { Verb } from '../../../../services/cli/verb.js';
import type { Broker } from '../../../support/broker.js';
import type { Started } from '../../../gateway/start-gateway.js';

/** Writes the run file of a home, by which verbs find the gateway of Europol. */
export function listEuropol({ url: nats, home }: Broker, { gateway }: Started): void {
  const url = 'http://127.0.0.1:1';
  const run = { nats, monitor: url, auditor: url, router: url, metrics: {}, processes: {} };
  writeFileSync(home.run, JSON.stringify({ ...run, gateways: { europol: gateway.url }, pid: process.pid }));
}

/** Runs a verb as Europol, by default with `--json`; resolves to its exit code and what it prints. */
export async function runAsEuropol(
  { home }: Broker,
  verb: Verb,
  { args, json = true, ...given }: { readonly args: readonly string[]; readonly json?: boolean } & object,
): Promise<{ readonly code: number; readonly text: string }> {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0, isTTY: false } as never;
  const output = createOutput({ stdout: stream, stderr: process.stderr, env: {}, json });
  const options = { org: 'europol', ...given };
  const call = { args, options, home, env: {}, stopping: new AbortController().signal, output };
  const code = await verb.run(call as never);
  return { code, text: written.join('') };
}
