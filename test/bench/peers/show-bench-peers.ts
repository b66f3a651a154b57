import { type Output, table } from '../../../services/cli/terminal/output.js';
import { machineText } from '../figures.js';
import { short, spread } from '../numbers.js';
import type { BenchPeersResult } from './peer-figures.js';

/** Formats the figures as text. They depend on the machine; the ratios less so. */
export function showBenchPeers(result: BenchPeersResult, output: Output): string {
  const { machine, rounds, brokers, policies } = result;
  const { dim } = output.paint;
  const leftOut = [...brokers.leftOut, ...policies.leftOut];
  const { messages, bytes } = brokers;
  const { rules, questions, allowed } = policies;
  return [
    brokerTable(result, output),
    policyTable(result, output),
    ...leftOut.map(({ name, why }) => dim(`left out: ${name}: ${why}`)),
    dim(
      `${short(messages)} notices of ${short(bytes)} bytes a round, through Liaison with everything it does`,
    ),
    dim(
      `${rules} rules; all engines gave the same answer to ${short(questions)} questions, yes to ${short(allowed)}`,
    ),
    dim(`median (least–most) of ${rounds} rounds; ${machineText(machine)}`),
  ].join('\n\n');
}

function brokerTable({ brokers }: BenchPeersResult, output: Output): string {
  const heads = [
    'confirm → consume → ack',
    'a second',
    'CPU µs broker',
    'CPU µs client',
    'copies',
    'confirmed is',
  ];
  const rows = brokers.contenders.map(({ name, perSecond, broker, client, copies, confirms }) => [
    name,
    spread(perSecond),
    spread(broker),
    spread(client),
    short(copies),
    confirms,
  ]);
  return table(heads, rows, output);
}

function policyTable({ policies }: BenchPeersResult, output: Output): string {
  const { bold } = output.paint;
  const rows = policies.engines.map(({ name, micros, ratio, says }) => [
    name,
    spread(micros),
    `${bold(short(ratio.median))} ×`,
    says,
  ]);
  return table(['one decision', 'CPU µs', 'to the first', 'says'], rows, output);
}
