import { SILENT_AFTER_MS } from '../../shared/runtime/silent-after.js';

/** Metrics of a process, by name with labels as in the Prometheus text format. */
export type Numbers = ReadonlyMap<string, number>;

/** Reads the metrics of a process; empty when it does not answer or `url` is undefined. */
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
