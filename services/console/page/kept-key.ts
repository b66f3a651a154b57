import type { WebKey } from '../../shared/trust/web-key.js';

/** The one place of an operator's key: in this browser, for this address, so that it outlives a reload. */
const DATABASE = 'liaison-console';
const STORE = 'keys';
const NAME = 'operator';

export async function readKey(): Promise<WebKey | undefined> {
  return inStore('readonly', (store) => store.get(NAME) as IDBRequest<WebKey | undefined>);
}

export async function keepKey(key: WebKey): Promise<void> {
  await inStore('readwrite', (store) => store.put(key, NAME));
}

/** Where a browser keeps nothing there is nothing to forget. */
export async function forgetKey(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(NAME)).catch(() => undefined);
}

async function inStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(STORE));
  const database = await resultOf(opening);
  try {
    return await resultOf(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('the browser keeps nothing')));
  });
}
