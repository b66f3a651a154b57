import { existsSync, statSync } from 'node:fs';
import { type Bus, connectAs, logInAgain } from '../../shared/bus/connect.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { nextKeyOf } from '../../shared/trust/signers/own-signer.js';
import { takeAdmittedNkey } from '../../shared/trust/signers/take-admitted-nkey.js';
import type { BrokerLink } from '../link.js';
import type { LoopStep } from '../loop.js';

/** How a gateway logs in to the broker. */
export interface BrokerLogin {
  readonly connect: (onConnectionEvent: OnEvent) => Promise<Bus>;
  /**
   * Replaces the nkey by the next one beside it if the broker accepts that; resolves to false otherwise, also where it is too early to
   * try again.
   */
  readonly change: () => Promise<boolean>;
}

type OnEvent = NonNullable<Parameters<typeof connectAs>[0]['onConnectionEvent']>;

/** How long the hub may take to grant a request by itself. Then a person may grant it days later, or never. */
const NEW_MS = 600_000;
/** How far apart tries of an older next nkey are: each that the broker refuses is a line in its log. */
const LATER_MS = 60_000;

/**
 * Opens the login with the nkey seed in the file `path`: each connection, also one that is lost and made again, is made with the seed that
 * is in force then. Throws as `readSecret` does.
 */
export function openBrokerLogin(
  path: string,
  identity: Omit<Parameters<typeof connectAs>[0], 'seed' | 'role' | 'onConnectionEvent'>,
): BrokerLogin {
  let present = readSecret(path);
  let tryAgain = 0;
  const by = { ...identity, role: 'gateway' } as const;
  return {
    connect: (onConnectionEvent) => connectAs({ ...by, seed: () => present, onConnectionEvent }),
    change: async () => {
      const next = nextKeyOf(path);
      if (!existsSync(next)) return false;
      const isNew = Date.now() < statSync(next).mtimeMs + NEW_MS;
      if (!isNew && Date.now() < tryAgain) return false;
      tryAgain = Date.now() + LATER_MS;
      if (!(await takeAdmittedNkey(path, by))) return false;
      present = readSecret(path);
      return true;
    },
  };
}

const REST_MS = 3_000;

interface LoginChangeDeps {
  readonly login: Pick<BrokerLogin, 'change'>;
  readonly link: Pick<BrokerLink, 'isUp' | 'bus'>;
  readonly log: Pick<Logger, 'info'>;
}

/** Creates the step that changes over to the next nkey of this home once the hub has admitted it. */
export function createLoginChange({ login, link, log }: LoginChangeDeps): LoopStep {
  return async (signal) => {
    if (await login.change()) {
      log.info({}, 'the gateway logs in with its next nkey now');
      if (link.isUp()) await logInAgain(await link.bus(signal));
    }
    await pause(REST_MS, signal);
  };
}
