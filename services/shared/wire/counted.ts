/** Returns a count with its noun: `1 notice`, `2 notices`, `1 entry` and `3 entries` with the plural given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`;
}
