/** Polls until `look` gives a value, or true; fails with what was waited for after `patience`, in milliseconds. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  patience = 90_000,
): Promise<T> {
  for (const end = Date.now() + patience; ; ) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${patience} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
