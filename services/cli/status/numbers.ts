import { SILENT_AFTER_MS } from '../../shared/runtime/silent-after.js';

/** What a process shows to Prometheus, by name with labels as it writes them; empty when it does not answer. */
export type Numbers = ReadonlyMap<string, number>;

export async function readNumbers(url: string | undefined): Promise<Numbers> {
  if (url === undefined) return new Map();
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(SILENT_AFTER_MS) });
    return response.ok ? numbersIn(await response.text()) : new Map();
  } catch {
    return new Map();
  }
}

function numbersIn(text: string): Numbers {
  const lines = text.split('\n').filter((line) => line.startsWith('liaison_'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}
