import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { type Checkpoint, parseCheckpointText } from '../../../services/shared/tlog/checkpoint.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import type { TestFederation } from '../../support/federation.js';
import { until } from '../../support/until.js';

const checkpointIn = (note: string): Checkpoint => parseCheckpointText(parseNote(note).text);

/** Reads the checkpoint that the auditor of a federation shows at this path, if it shows one. */
export async function shownCheckpoint(
  { home, run }: TestFederation,
  path: 'checkpoint' | 'v1/checkpoint/quorate',
): Promise<Checkpoint | undefined> {
  const authorization = `Bearer ${readSecret(home.hub('auditor', 'federation.token'))}`;
  const response = await fetch(`${run().auditor}/${path}`, { headers: { authorization } });
  return response.ok ? checkpointIn(await response.text()) : undefined;
}

/** Reads the newest checkpoint that an auditor signed in the first life of the log, from a copy of its disk. */
export function storedCheckpoint(auditorData: string): Checkpoint {
  const { note } = JSON.parse(readFileSync(join(auditorData, 'log', '1', 'head.json'), 'utf8'));
  return checkpointIn(note as string);
}

/** Waits for a quorate checkpoint of more than `after` entries in this life of the log. */
export function untilQuorate(federation: TestFederation, life: number, after = 0): Promise<Checkpoint> {
  return until(`a quorate checkpoint of more than ${after} entries in life ${life}`, async () => {
    const found = await shownCheckpoint(federation, 'v1/checkpoint/quorate');
    return found?.origin === `demo/liaison/${life}` && found.size > after ? found : undefined;
  });
}

/** Reads the checkpoint that the witness of a member cosigned last. */
export function cosignedCheckpoint(home: Home, org: string): Checkpoint {
  const { note } = JSON.parse(readFileSync(home.org(parseOrgId(org), 'cosigned.json'), 'utf8'));
  return checkpointIn(note as string);
}
