import { type Code, CODES } from '../kernel/errors.js';
import type { Meter } from './meter.js';

/** The dates of a directory and of one of its keys. */
interface DirectoryDates {
  readonly version: number;
  readonly issuedAt: Date;
  readonly nextUpdate: Date;
  key(kid: string): { readonly notAfter: Date; readonly revokedAt?: Date } | undefined;
}

interface MeasureVitalsParams {
  /** Error codes that say why the process is not ready; empty when it is. */
  readonly reasons: () => readonly Code[];
  /** Absent for a process that needs no broker. */
  readonly isConnected?: () => boolean;
  readonly directory: () => DirectoryDates;
  /** The newest contract that the process speaks. */
  readonly contract: number;
  /** The process's own signing keys by their use. */
  readonly keys: Readonly<Record<string, { readonly kid: string }>>;
}

/** Adds the metrics of readiness. */
export function measureReadiness(meter: Meter, reasons: () => readonly Code[]): void {
  meter.gauge({ name: 'liaison_ready', help: '1 when ready, 0 when not' }, () =>
    Number(reasons().length === 0),
  );
  meter.gauges(
    {
      name: 'liaison_not_ready',
      help: '1 while the process is not ready for this reason',
      label: 'code',
      values: CODES,
    },
    () => new Map(reasons().map((code) => [code, 1])),
  );
}

/** Adds the metrics that every process of the federation has: readiness, broker, directory and own keys. */
export function measureVitals(
  meter: Meter,
  { reasons, isConnected, directory, contract, keys }: MeasureVitalsParams,
): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    meter.gauge({ name: `liaison_${name}`, help }, read);
  measureReadiness(meter, reasons);
  if (isConnected !== undefined)
    gauge('nats_connected', '1 while the broker is connected', () => Number(isConnected()));
  gauge('contract', 'The newest contract that the process speaks', () => contract);
  gauge('directory_version', 'Version of the directory in force', () => directory().version);
  const date = (name: string, help: string, read: () => Date): void =>
    gauge(`directory_${name}_timestamp_seconds`, help, () => read().getTime() / 1000);
  date('issued', 'When the directory in force was signed', () => directory().issuedAt);
  date('next_update', 'When the directory in force becomes stale', () => directory().nextUpdate);
  const own = Object.entries(keys);
  if (own.length === 0) return;
  meter.gauges(
    {
      name: 'liaison_key_expiry_timestamp_seconds',
      help: 'When a signing key of this process ends or was revoked; 0 while the directory does not list it',
      label: 'use',
      values: own.map(([use]) => use),
    },
    () => new Map(own.map(([use, signer]) => [use, endOf(directory(), signer.kid)])),
  );
}

function endOf(directory: DirectoryDates, kid: string): number {
  const key = directory.key(kid);
  if (key === undefined) return 0;
  return (key.revokedAt ?? key.notAfter).getTime() / 1000;
}
