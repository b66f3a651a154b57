import { fail } from '../shared/kernel/errors.js';
import { isSafeUrl, SAFE_URL } from '../shared/tlog/is-safe-url.js';
import { type Home, homeAt } from '../shared/runtime/home.js';
import type { MetricsConfig } from '../shared/runtime/metrics-http.js';
import { readSettings } from '../shared/runtime/settings.js';
import { readWitnessPolicy } from '../shared/tlog/read-witness-policy.js';
import type { WitnessPolicy } from '../shared/tlog/witness-policy.js';

/** The auditor's settings, from `LIAISON_*`. */
export interface AuditorConfig extends MetricsConfig {
  readonly home: Home;
  readonly natsUrl: string;
  readonly natsTls: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly heartbeatMs: number;
  /** Records after which a heartbeat is published early. */
  readonly heartbeatRecords: number;
  /** Who must cosign the log; undefined: the members, by the directory. */
  readonly witnessPolicy: WitnessPolicy | undefined;
  /** Set by an operator to continue after the file lost records that a heartbeat had confirmed. */
  readonly afterLoss: boolean;
}

/** The settings of an auditor that mirrors the log of another one. */
export interface MirrorConfig
  extends MetricsConfig,
    Pick<AuditorConfig, 'home' | 'host' | 'port' | 'witnessPolicy'> {
  /** The address of the auditor whose log is mirrored. */
  readonly mirrorOf: string;
}

/**
 * Reads the settings of a mirror. Throws `config-invalid` with every problem, also for an address to which the token may not be
 * sent.
 */
export function readMirrorConfig(env: NodeJS.ProcessEnv): MirrorConfig {
  const { home, witnessPolicy, ...values } = readSettings('mirror', env);
  if (!isSafeUrl(values.mirrorOf)) throw fail('config-invalid', `\`LIAISON_MIRROR_OF\` is not ${SAFE_URL}`);
  return { ...values, home: homeAt(home), witnessPolicy: readWitnessPolicy(witnessPolicy) };
}

/** Reads the settings from the environment. Throws `config-invalid` with every problem. */
export function readAuditorConfig(env: NodeJS.ProcessEnv): AuditorConfig {
  const { home, heartbeatSeconds, afterLoss, witnessPolicy, ...values } = readSettings('auditor', env);
  return {
    ...values,
    home: homeAt(home),
    heartbeatMs: heartbeatSeconds * 1000,
    witnessPolicy: readWitnessPolicy(witnessPolicy),
    afterLoss: afterLoss === '1',
  };
}
