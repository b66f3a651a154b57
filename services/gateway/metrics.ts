import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Code } from '../shared/kernel/errors.js';

/** Labels are codes and directions only: an id or a name in a metric would tell who exchanges what. */
export interface Metrics {
  submitted(): void;
  held(count: number): void;
  /** Dropped for good. */
  broken(code: Code): void;
  /** A notice, or one recipient's receipt for it, that did not come in time. */
  missing(code: Code): void;
  /** Not now: it is tried again. */
  trouble(code: Code): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(queued: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: `liaison_gateway_${name}_total`, help, labelNames, registers });
  const submitted = counter('submitted', 'Notices accepted into the outbox');
  const held = counter('held', 'Notices taken into the inbox');
  const broken = counter('broken', 'Frames or receipts dropped for good', 'code');
  const missing = counter(
    'missing',
    'Alarms: notices that did not arrive before their end, or in time',
    'code',
  );
  const trouble = counter('trouble', 'Failures that are tried again', 'code');
  const gauge: Gauge = new Gauge({
    name: 'liaison_gateway_queued',
    help: 'Notices that wait for their report',
    registers,
    collect: () => gauge.set(queued()),
  });
  return {
    submitted: () => submitted.inc(),
    held: (count) => held.inc(count),
    broken: (code) => broken.inc({ code }),
    missing: (code) => missing.inc({ code }),
    trouble: (code) => trouble.inc({ code }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
