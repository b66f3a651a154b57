/** Limits concurrent work by its bytes instead of its number; first come, first served. */
export interface Budget {
  /** Resolves when there is room, with a function that gives it back. Work larger than the whole budget runs alone. */
  take(bytes: number): Promise<() => void>;
  /** Like `take`, but returns undefined at once when there is no room. */
  tryTake(bytes: number): (() => void) | undefined;
}

/** Creates a budget of `total` bytes. */
export function createBudget(total: number): Budget {
  let free = total;
  const waiting: { readonly cost: number; readonly go: () => void }[] = [];
  const give = (cost: number): (() => void) => {
    free -= cost;
    let given = true;
    return () => {
      if (!given) return;
      given = false;
      free += cost;
      next();
    };
  };
  const next = (): void => {
    for (let first = waiting[0]; first !== undefined && first.cost <= free; first = waiting[0]) {
      waiting.shift();
      first.go();
    }
  };
  return {
    take: (bytes) => {
      const cost = Math.min(bytes, total);
      return new Promise((resolve) => {
        waiting.push({ cost, go: () => resolve(give(cost)) });
        next();
      });
    },
    tryTake: (bytes) => (waiting.length > 0 || bytes > free ? undefined : give(bytes)),
  };
}
