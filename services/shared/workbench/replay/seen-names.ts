/** A set of names in fixed memory. It may say that an unknown name was seen, never that a seen one was not. */
export interface SeenNames {
  add(name: string): void;
  mayHave(name: string): boolean;
}

/** 16 MiB: of ten million names, about one unknown in a thousand is taken for a seen one. */
const BITS = 2 ** 27;
const PROBES = 7;

/** Creates an empty set: a Bloom filter with double hashing. */
export function createSeenNames(): SeenNames {
  const words = new Uint32Array(BITS / 32);
  const places = (name: string): readonly number[] => {
    const [first, step] = [hashOf(name, 0x811c9dc5), hashOf(name, 0x9747b28c) | 1];
    return Array.from({ length: PROBES }, (_, probe) => (first + Math.imul(probe, step)) & (BITS - 1));
  };
  return {
    add(name) {
      for (const place of places(name)) words[place >>> 5] = (words[place >>> 5] ?? 0) | (1 << (place & 31));
    },
    mayHave: (name) => places(name).every((place) => ((words[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0),
  };
}

/** FNV-1a over the UTF-16 units of a text, with the last steps of MurmurHash3 to spread its bits. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
