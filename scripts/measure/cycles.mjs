// @ts-check
// Finds import cycles: the strongly connected components of more than one module (Tarjan's algorithm).

/** @typedef {Pick<import('./read-modules.mjs').Module, 'path' | 'imports'>} Node */

/**
 * @param {readonly Node[]} modules
 * @param {{runtime: boolean}} options `runtime` leaves out the imports that the compiler erases
 * @returns {string[][]} the members of each cycle, sorted
 */
export function importCycles(modules, { runtime }) {
  const next = new Map(
    modules.map(({ path, imports }) => [
      path,
      imports.filter((target) => target.runtime || !runtime).map((target) => target.path),
    ]),
  );
  return components(next)
    .filter(({ length }) => length > 1)
    .map((members) => members.toSorted())
    .toSorted((one, other) => (one[0] ?? '').localeCompare(other[0] ?? ''));
}

/** @param {ReadonlyMap<string, readonly string[]>} next @returns {string[][]} */
function components(next) {
  /** @type {Map<string, {index: number, low: number, onStack: boolean}>} */
  const visited = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const found = [];
  /** @param {string} path */
  const visit = (path) => {
    const state = { index: visited.size, low: visited.size, onStack: true };
    visited.set(path, state);
    stack.push(path);
    for (const target of next.get(path) ?? []) {
      const seen = visited.get(target);
      if (seen === undefined) state.low = Math.min(state.low, visit(target).low);
      else if (seen.onStack) state.low = Math.min(state.low, seen.index);
    }
    if (state.low === state.index) found.push(popTo(path, stack, visited));
    return state;
  };
  for (const path of next.keys()) if (!visited.has(path)) visit(path);
  return found;
}

/** @param {string} path @param {string[]} stack @param {ReadonlyMap<string, {onStack: boolean}>} visited */
function popTo(path, stack, visited) {
  const members = stack.splice(stack.lastIndexOf(path));
  for (const member of members) {
    const state = visited.get(member);
    if (state) state.onStack = false;
  }
  return members;
}
