import { isJsonObject } from '../../../shared/kernel/json-object.js';
import type { Attributes } from '../../../shared/notice/attributes.js';
import type { IsRecorded } from '../../../shared/workbench/gate/schema-fit.js';

/** Collects which attributes and words the recorded notices have. */
export async function recordedUse(
  notices: AsyncIterable<{ readonly attributes: Attributes }>,
): Promise<IsRecorded> {
  const seen = new Set<string>();
  for await (const { attributes } of notices) addUse(seen, '', attributes);
  return (path, word) => seen.has(keyOf(path, word));
}

function addUse(seen: Set<string>, path: string, value: unknown): void {
  if (path !== '') seen.add(keyOf(path));
  if (typeof value === 'string') seen.add(keyOf(path, value));
  else if (Array.isArray(value)) for (const one of value) addUse(seen, path, one);
  else if (isJsonObject(value))
    for (const [name, inner] of Object.entries(value))
      addUse(seen, path === '' ? name : `${path}.${name}`, inner);
}

const keyOf = (path: string, word?: string): string => (word === undefined ? path : `${path} ${word}`);
