const LIMIT_MS = 50_000;

/** Waits for what must come; fails with what was waited for. */
export async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!(await met())) {
    if (Date.now() > end) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
