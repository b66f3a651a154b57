import type { Cosignature } from '../../../shared/tlog/cosignature.js';
import { isNamedBy, type NoteKey } from '../../../shared/tlog/vkey.js';
import { isCounted, isQuorate } from '../../../shared/tlog/witness-policy.js';
import type { CheckpointOfWitness, CheckpointOfWitnessDeps } from './checkpoint-of-witness.js';

/** The witnesses that showed a checkpoint of the next life which they cosigned. */
export interface LifeHolders {
  add(shown: CheckpointOfWitness): void;
  /** True if they are a quorum of the present policy. */
  isQuorum(): boolean;
}

/** Creates an empty list of witnesses; it is as long as the policy at most. */
export function createLifeHolders({ policy }: Pick<CheckpointOfWitnessDeps, 'policy'>): LifeHolders {
  let holders: readonly Pick<Cosignature, 'key'>[] = [];
  return {
    add: ({ cosignatures }) => {
      const isAdded = (known: NoteKey) => cosignatures.some(({ key }) => isNamedBy(known, key));
      const others = holders.filter(({ key }) => isCounted(policy(), key) && !isAdded(key));
      holders = [...others, ...cosignatures];
    },
    isQuorum: () => holders.length > 0 && isQuorate(policy(), holders),
  };
}
