import type { WebKey } from '../../shared/trust/web-key.js';

/** The operator's key is stored in IndexedDB, for this browser and origin, so that it survives a reload. */
const DATABASE = 'liaison-console';
const STORE = 'keys';
const NAME = 'operator';

/** Returns the stored key; undefined if there is none. Rejects where the browser stores nothing. */
export async function readKey(): Promise<WebKey | undefined> {
  return inStore('readonly', (store) => store.get(NAME) as IDBRequest<WebKey | undefined>);
}

/** Stores the key in place of any other. Rejects where the browser stores nothing. */
export async function storeKey(key: WebKey): Promise<void> {
  await inStore('readwrite', (store) => store.put(key, NAME));
}

/** Deletes the stored key. Never rejects: a browser that stores nothing holds no key. */
export async function deleteKey(): Promise<void> {
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
    request.addEventListener('error', () =>
      reject(request.error ?? new Error('the browser stores nothing for this address')),
    );
  });
}
