import { join } from 'node:path';
import { errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { type Directory, isInForce, listingOf } from '../../shared/trust/directory.js';
import { askForNextKey, readHeldKey } from '../../shared/trust/directory/ask-for-keys.js';
import type { KeyUse } from '../../shared/trust/kid.js';
import { LEAD_MS, nextKeyOf, takeNextKey } from '../../shared/trust/signers/own-signer.js';
import type { Identity } from '../identity.js';
import type { LoopStep } from '../loop.js';
import type { KeyRequests } from './key-requests.js';

interface RenewalDeps {
  readonly identity: Identity;
  /** The folder of the organisation in the home, with its keys. */
  readonly folder: string;
  readonly keyRequests: Pick<KeyRequests, 'send'>;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** The uses whose keys are in that folder. The next policy key needs an approver, who is not there. */
const USES: readonly KeyUse[] = ['notice', 'receipt', 'witness', 'policy'];
const isRenewed = (use: KeyUse): boolean => use !== 'policy';
/** The parts of the life of a key after which the next one is asked for, and after which a missing one is an alarm. */
const [ASK_AFTER, ALARM_AFTER] = [2 / 3, 5 / 6];
const REST_MS = 2_000;
/** Between two requests: the hub may wait for a person, or for other witness keys to be proved. */
const RETRY_MS = 3_600_000;

/**
 * Creates the step that renews the keys of this home: asks the hub for the next one when a third of the life of a key is left,
 * replaces the file of a key once its successor signs, and raises `key-not-renewed` while a sixth is left and no successor is listed.
 */
export function createKeyRenewal(deps: RenewalDeps): LoopStep {
  const { identity, alarms } = deps;
  const asked = new Map<KeyUse, number>();
  let reported = '';
  return async (signal) => {
    const [directory, now] = [identity.directory.current(), identity.clock()];
    for (const use of USES) completeChange(deps, use, now);
    const ages = USES.map((use) => ({ use, age: ageOf(directory, { org: identity.org, use, now }) }));
    for (const { use, age } of ages) {
      if (!isRenewed(use) || age < ASK_AFTER) continue;
      if ((asked.get(use) ?? Number.NEGATIVE_INFINITY) + RETRY_MS > now.getTime()) continue;
      asked.set(use, now.getTime());
      await ask(deps, use);
    }
    const late = ages.flatMap(({ use, age }) => (age < ALARM_AFTER ? [] : [use]));
    if (late.join() !== reported) {
      reported = late.join();
      if (late.length === 0) alarms.end('key-not-renewed');
      else alarms.raise('key-not-renewed', {}, { uses: late });
    }
    await pause(REST_MS, signal);
  };
}

/**
 * Replaces a key file by the next key once that one signs. Another key that the directory lists under its id replaces nothing: a
 * thief of the present key may have asked for it. A next key that cannot be read does not keep the other keys from being renewed.
 */
function completeChange({ identity, folder, log }: RenewalDeps, use: KeyUse, now: Date): void {
  const path = join(folder, `${use}.jwk`);
  try {
    const held = readHeldKey(nextKeyOf(path));
    const next = held && listingOf(identity.directory.current(), held);
    if (next === undefined || !isInForce(next, now)) return;
    if (next.notBefore.getTime() + LEAD_MS > now.getTime()) return;
    takeNextKey(path);
    log.info({ use }, 'the next key signs now');
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    log.warn({ use, code }, `the next key was not taken: ${message}`);
  }
}

/** Returns which part of its life the key of a use that is in force longest has behind it; 0 where none is in force. */
function ageOf(
  { organisations }: Pick<Directory, 'organisations'>,
  { org, use, now }: { readonly org: Identity['org']; readonly use: KeyUse; readonly now: Date },
): number {
  const keys = organisations.get(org)?.keys ?? [];
  const ages = keys
    .filter((key) => key.use === use && isInForce(key, now))
    .map(
      ({ notBefore, notAfter }) =>
        (now.getTime() - notBefore.getTime()) / (notAfter.getTime() - notBefore.getTime()),
    );
  return ages.length === 0 ? 0 : Math.min(...ages);
}

async function ask({ identity, folder, keyRequests, log }: RenewalDeps, use: KeyUse): Promise<void> {
  const { org, clock, directory } = identity;
  try {
    const asking = { folder, org, directory: directory.current(), now: clock(), approvers: [] };
    const { id: kid } = await keyRequests.send(await askForNextKey(use, asking));
    log.info({ kid }, 'a third of the life of the present key is left: the hub is asked for the next one');
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    log.warn({ use, code }, `the next key was not asked for: ${message}`);
  }
}
