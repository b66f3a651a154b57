import type { NoteSignature } from '../../shared/tlog/signed-note.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { ShownWitness } from '../../shared/wire/shown-ledger.js';

type KeyName = Pick<NoteSignature, 'name' | 'keyId'>;

/** The largest checkpoint that each witness cosigned. */
export interface CosignedSizes {
  /** Notes a cosignature, and forgets the keys that the policy does not name. */
  add(key: KeyName, size: number, policy: WitnessPolicy): void;
  /** The witnesses of the policy, in its order. */
  shown(policy: WitnessPolicy): readonly ShownWitness[];
}

const idOf = ({ name, keyId }: KeyName): string => `${name} ${keyId}`;

/** Creates the sizes, at first those of one note. */
export function createCosignedSizes(
  note: { readonly size: number; readonly cosignatures: readonly KeyName[] } | undefined,
): CosignedSizes {
  let sizes: ReadonlyMap<string, number> = new Map(
    note?.cosignatures.map((key) => [idOf(key), note.size] as const),
  );
  return {
    add: (key, size, { witnesses }) => {
      const id = idOf(key);
      const ids = [...witnesses.values()].map(idOf);
      const all = new Map(sizes).set(id, Math.max(size, sizes.get(id) ?? 0));
      sizes = new Map([...all].filter(([one]) => ids.includes(one)));
    },
    shown: ({ witnesses }) =>
      [...witnesses].map(([name, { url, ...key }]) => {
        return { name, key: key.name, url: url ?? null, size: sizes.get(idOf(key)) ?? null };
      }),
  };
}
