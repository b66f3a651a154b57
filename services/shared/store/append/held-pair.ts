import { type HeldPair, type StoredPair, wordsIn } from './held-tables.js';

/** What one record changes in what a recipient holds of a notice that it was shared. */
export type HeldPairChange =
  /** A later report leaves less of a revision to its recipient. */
  | (HeldPair & { readonly type: 'narrowed'; readonly jti: string; readonly sections: readonly string[] })
  /** The recipient holds nothing of the notice, or nothing of one revision, any more. */
  | (HeldPair & { readonly type: 'lost'; readonly jti: string | null })
  /** The originator takes sections away, or all: null. */
  | (HeldPair & { readonly type: 'restricted'; readonly sections: readonly string[] | null })
  /** The originator's action gives one more section of the revision with this digest. */
  | (HeldPair & Pick<Unseal, 'section' | 'action'> & { readonly type: 'unsealed'; readonly digest: string })
  /** A later report keeps the action from the recipient, which has not answered it. */
  | (Omit<HeldPair, 'id'> & { readonly type: 'unacted'; readonly action: string })
  /** The recipient answers that it applied the action, which had reached it before a report took it back. */
  | (HeldPair & { readonly type: 'applied'; readonly action: string });

/** An unseal of one section to a recipient. */
interface Unseal {
  readonly section: string;
  /** The digest of the action. */
  readonly action: string;
  /** True once a report kept the action from the recipient: it permits nothing any more. */
  readonly isTakenBack: boolean;
}

/** Returns what a pair is after a change; undefined when nothing is left. `digestOf` gives the digest of its revision. */
export function pairAfter(
  change: HeldPairChange,
  pair: StoredPair,
  digestOf: () => string | undefined,
): StoredPair | undefined {
  const unseals = unsealsIn(pair);
  switch (change.type) {
    case 'narrowed': {
      if (change.jti !== pair.jti) return pair;
      const left = wordsIn(pair.sections).filter((section) => change.sections.includes(section));
      return { ...pair, sections: left.join() };
    }
    case 'lost':
      return change.jti === null || change.jti === pair.jti ? undefined : pair;
    case 'restricted': {
      const { sections } = change;
      if (sections === null) return undefined;
      const left = wordsIn(pair.sections).filter((section) => !sections.includes(section));
      const kept = unseals.filter(({ section }) => !sections.includes(section));
      return { ...pair, sections: left.join(), unsealed: textOf(kept) };
    }
    case 'unsealed': {
      if (digestOf() !== change.digest) return pair;
      const { section, action } = change;
      return { ...pair, unsealed: textOf([...unseals, { section, action, isTakenBack: false }]) };
    }
    case 'unacted': {
      const marked = unseals.map((one) =>
        one.action === change.action ? { ...one, isTakenBack: true } : one,
      );
      return { ...pair, unsealed: textOf(marked) };
    }
    case 'applied': {
      const held = unseals.filter(({ action, isTakenBack }) => isTakenBack && action === change.action);
      const sections = [...wordsIn(pair.sections), ...held.map(({ section }) => section)];
      const kept = unseals.filter((one) => !held.includes(one));
      return { ...pair, sections: [...new Set(sections)].join(), unsealed: textOf(kept) };
    }
  }
}

/** Returns what the recipient of a pair holds, and which of that an unseal permits. */
export function heldSections(pair: Pick<StoredPair, 'sections' | 'unsealed'>): {
  readonly sections: readonly string[];
  readonly unsealed: readonly string[];
} {
  const standing = unsealsIn(pair).filter(({ isTakenBack }) => !isTakenBack);
  const unsealed = [...new Set(standing.map(({ section }) => section))];
  return { sections: [...new Set([...wordsIn(pair.sections), ...unsealed])], unsealed };
}

const TAKEN_BACK = 'taken-back';

function unsealsIn({ unsealed }: Pick<StoredPair, 'unsealed'>): readonly Unseal[] {
  return wordsIn(unsealed).map((word) => {
    const [section = '', action = '', state] = word.split(':');
    return { section, action, isTakenBack: state === TAKEN_BACK };
  });
}

function textOf(unseals: readonly Unseal[]): string {
  const words = unseals.map(({ section, action, isTakenBack }) =>
    [section, action, ...(isTakenBack ? [TAKEN_BACK] : [])].join(':'),
  );
  return [...new Set(words)].join();
}
