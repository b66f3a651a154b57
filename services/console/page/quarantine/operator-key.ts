import { useEffect, useState } from 'preact/hooks';
import { isCode } from '../../../shared/kernel/errors.js';
import { importOperatorKey, type WebKey } from '../../../shared/trust/web-key.js';
import type { ShownOperatorKey } from '../../quarantine/shown-quarantine.js';
import { requestJson } from '../api.js';
import { deleteKey, storeKey, readKey } from '../stored-key.js';

/** The key that this browser signs commands with, and its person. */
export interface OperatorKey {
  /** Undefined if no key was chosen or the key is not in force. */
  readonly good: { readonly key: WebKey; readonly person: string } | undefined;
  /** Why the chosen key cannot be used; empty if it can. */
  readonly fault: string;
  /** Imports the file of a private key and stores it in this browser if the directory lists it. */
  readonly choose: (file: File) => void;
  readonly forget: () => void;
}

interface KeyState {
  readonly good?: OperatorKey['good'];
  readonly fault: string;
}

const NO_KEY: KeyState = { fault: '' };

/** True in a secure context, the only place where a browser offers WebCrypto. */
export const canSign = isSecureContext && typeof crypto.subtle !== 'undefined';

/** Loads the stored key of the operator and checks it against the signed directory. */
export function useOperatorKey(): OperatorKey {
  const [state, setState] = useState(NO_KEY);
  const apply = (change: () => Promise<KeyState>): void => {
    void change().then(setState, (thrown: unknown) => setState({ fault: messageOf(thrown) }));
  };
  useEffect(() => {
    if (canSign) apply(loadKey);
  }, []);
  return {
    good: state.good,
    fault: state.fault,
    choose: (file) => apply(() => importKey(file)),
    forget: () => apply(() => deleteKey().then(() => NO_KEY)),
  };
}

async function loadKey(): Promise<KeyState> {
  const key = await readKey();
  return key === undefined ? NO_KEY : checkListed(key);
}

/** Stores the key only if the directory lists it as in force. */
async function importKey(file: File): Promise<KeyState> {
  const key = await importOperatorKey(await file.text());
  const checked = await checkListed(key);
  if (checked.good !== undefined) await storeKey(key);
  return checked;
}

async function checkListed(key: WebKey): Promise<KeyState> {
  const answer = await requestJson<readonly ShownOperatorKey[]>('/v1/operators');
  if (!answer.ok) return { fault: answer.problem.detail };
  const listed = answer.value.find(({ kid, x }) => kid === key.kid && x === key.x);
  if (listed === undefined)
    return { fault: `key \`${key.kid}\` is not listed in the directory of this federation` };
  const { person, state } = listed;
  return state === 'good'
    ? { good: { key, person }, fault: '' }
    : { fault: `key \`${key.kid}\` of ${person} is ${state}` };
}

function messageOf(thrown: unknown): string {
  if (isCode(thrown, 'key-invalid', 'not-ready')) return thrown.message;
  return 'this browser stores no keys for this address: allow it to store data';
}
