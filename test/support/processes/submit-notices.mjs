// @ts-check
// Submits notices to a gateway at a steady rate until its input ends, and then waits until every recipient has signed. Prints
// `{accepted, failures, unsettled}` as JSON, with the time in milliseconds of each acceptance. It is a program of its own because a gateway may be in another network namespace.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const SETTLE_MS = 120_000;
const [, , url = '', tokenFile = '', draftFile = '', rate = '1'] = process.argv;
const headers = {
  authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`,
  'content-type': 'application/json',
};
const body = readFileSync(draftFile, 'utf8');

/** @type {{ readonly id: string, readonly at: number }[]} */
const accepted = [];
/** @type {string[]} */
const failures = [];
async function submit() {
  try {
    const answer = await fetch(`${url}/v1/notices`, { method: 'POST', headers, body });
    const said = /** @type {{ readonly id?: string }} */ (await answer.json());
    if (answer.status === 202 && said.id !== undefined) accepted.push({ id: said.id, at: Date.now() });
    else failures.push(JSON.stringify(said));
  } catch (error) {
    failures.push(String(error));
  }
}

const ending = new AbortController();
process.stdin.once('end', () => ending.abort()).resume();
/** @type {Promise<void>[]} */
const submitted = [];
for (let due = Date.now(); !ending.signal.aborted; due += 1000 / Number(rate)) {
  await delay(Math.max(0, due - Date.now()));
  submitted.push(submit());
}
await Promise.all(submitted);

/** Returns the ids of the notices for which every receipt has arrived. */
async function settledIds() {
  const ids = new Set();
  /** @type {number | null} */
  let before = Number.MAX_SAFE_INTEGER;
  while (before !== null) {
    const answer = await fetch(`${url}/v1/notices?limit=100&before=${before}`, { headers });
    const page =
      /** @type {{ readonly items: readonly { readonly id: string, readonly state: string }[], readonly next: number | null }} */ (
        await answer.json()
      );
    for (const { id, state } of page.items) if (state === 'settled') ids.add(id);
    before = page.next;
  }
  return ids;
}

let unsettled = accepted.map(({ id }) => id);
for (const end = Date.now() + SETTLE_MS; unsettled.length > 0 && Date.now() < end; await delay(1000)) {
  const settled = await settledIds();
  unsettled = unsettled.filter((id) => !settled.has(id));
}
console.log(JSON.stringify({ accepted, failures, unsettled: unsettled.length }));
