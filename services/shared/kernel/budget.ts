/** Limits concurrent work by what it costs, such as its bytes or its number; first come, first served. */
export interface Budget {
  /** Resolves when there is room, with a function that gives it back. Work larger than the whole budget runs alone. */
  take(cost: number): Promise<() => void>;
  /** Like `take`, but returns undefined at once when there is no room. */
  tryTake(cost: number): (() => void) | undefined;
}

/** Creates a budget of `total`. */
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
    take: (wanted) => {
      const cost = Math.min(wanted, total);
      return new Promise((resolve) => {
        waiting.push({ cost, go: () => resolve(give(cost)) });
        next();
      });
    },
    tryTake: (cost) => (waiting.length > 0 || cost > free ? undefined : give(cost)),
  };
}
