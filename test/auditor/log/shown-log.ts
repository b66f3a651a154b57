import { lastOn } from '../../../services/shared/bus/direct-get.js';
import { type OpenedCheckpoint, openCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { logKeysOf } from '../../../services/shared/tlog/log-keys.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { type CheckpointFrame, frames } from '../../../services/shared/wire/frames.js';
import type { Hub, RunningAuditor } from '../hub.js';

/** The origin of the log in these tests. */
const LOG_ORIGIN = 'demo/liaison/1';

/** The witness policy of a log without witnesses: an auditor that starts again signs without waiting for a quorum. */
export const NO_WITNESS = 'quorum none\n';

/** A checkpoint as CHECKPOINT holds it, its note verified. */
export interface PublishedCheckpoint {
  readonly frame: CheckpointFrame;
  readonly checkpoint: OpenedCheckpoint;
}

/** Reads and verifies the published checkpoint; undefined while there is none. */
export async function publishedCheckpoint(hub: Hub): Promise<PublishedCheckpoint | undefined> {
  const stored = await lastOn(hub.router, { stream: 'CHECKPOINT', subject: 'checkpoint' });
  if (stored === undefined) return undefined;
  const frame = frames.checkpoint.decode(stored.bytes);
  if (!frame.note) return undefined;
  return { frame, checkpoint: await openNote(hub, frame.note) };
}

/** Verifies a note with the log's key of the directory. */
export function openNote(hub: Hub, note: string): Promise<OpenedCheckpoint> {
  return openCheckpoint(note, { origin: LOG_ORIGIN, keys: logKeysOf(hub.directory, LOG_ORIGIN) });
}

/** Asks the auditor over HTTP with a router's token, or with another one. */
export function getFrom(
  { url }: Pick<RunningAuditor, 'url'>,
  hub: Hub,
  {
    path,
    token = readSecret(hub.broker.home.router(1, 'auditor.token')),
  }: { readonly path: string; readonly token?: string },
): Promise<Response> {
  return fetch(`${url}/${path}`, { headers: { authorization: `Bearer ${token}` } });
}
