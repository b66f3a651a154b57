import { useEffect, useState } from 'preact/hooks';
import { isCode } from '../../../shared/kernel/errors.js';
import { importOperatorKey, type WebKey } from '../../../shared/trust/web-key.js';
import type { ShownOperatorKey } from '../../quarantine/shown-quarantine.js';
import { ask } from '../api.js';
import { forgetKey, keepKey, readKey } from '../kept-key.js';

/** The key that this browser signs commands with, and whose it is. */
export interface OperatorKey {
  /** Undefined: none was chosen, or it is no good any more. */
  readonly good: { readonly key: WebKey; readonly person: string } | undefined;
  /** Why the key that was chosen cannot be used; empty: nothing is wrong. */
  readonly fault: string;
  /** Reads the file of a private key. It goes nowhere but into this browser. */
  readonly choose: (file: File) => void;
  readonly forget: () => void;
}

interface Known {
  readonly good?: OperatorKey['good'];
  readonly fault: string;
}

const NOTHING: Known = { fault: '' };

/** A browser gives keys only to a page that nobody on the way can have changed. */
export const canSign = isSecureContext && typeof crypto.subtle !== 'undefined';

export function useOperatorKey(): OperatorKey {
  const [known, setKnown] = useState(NOTHING);
  const look = (read: () => Promise<Known>): void => {
    void read().then(setKnown, (thrown: unknown) => setKnown({ fault: wordsOf(thrown) }));
  };
  useEffect(() => {
    if (canSign) look(recall);
  }, []);
  return {
    good: known.good,
    fault: known.fault,
    choose: (file) => look(() => take(file)),
    forget: () => look(() => forgetKey().then(() => NOTHING)),
  };
}

async function recall(): Promise<Known> {
  const key = await readKey();
  return key === undefined ? NOTHING : judged(key);
}

/** Only what the federation lists is kept. */
async function take(file: File): Promise<Known> {
  const key = await importOperatorKey(await file.text());
  const known = await judged(key);
  if (known.good !== undefined) await keepKey(key);
  return known;
}

async function judged(key: WebKey): Promise<Known> {
  const answer = await ask<readonly ShownOperatorKey[]>('/v1/operators');
  if (!answer.ok) return { fault: answer.problem.detail };
  const listed = answer.value.find(({ kid, x }) => kid === key.kid && x === key.x);
  if (listed === undefined)
    return { fault: `key \`${key.kid}\` is not the one that the directory of this federation lists` };
  const { person, state } = listed;
  return state === 'good'
    ? { good: { key, person }, fault: '' }
    : { fault: `key \`${key.kid}\` of ${person} is ${state}` };
}

function wordsOf(thrown: unknown): string {
  if (isCode(thrown, 'key-invalid', 'not-ready')) return thrown.message;
  return 'this browser keeps no keys here: allow it to store data for this address';
}
