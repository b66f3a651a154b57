import { beforeAll, describe, expect, test } from 'vitest';
import { openBrought } from '../../../services/router/frames/brought.js';
import type { Frame } from '../../../services/router/frames/frame.js';
import type { Snapshot } from '../../../services/router/hub.js';
import { createRecordReader } from '../../../services/router/ledger/reader.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { RouterStore } from '../../../services/shared/store/router/router-store.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { type AlteredActions, makeAlteredActions } from '../../shared/ledger/altered-actions.js';

let made: AlteredActions;
beforeAll(async () => {
  made = await makeAlteredActions();
});

describe('router: an action beside a report', () => {
  const read = (bytes: Uint8Array) => {
    const { directory, now } = made;
    // Only `apply` uses the store, and no record is applied here.
    const reader = createRecordReader({
      store: {} as RouterStore,
      directory: () => directory,
      clock: () => now,
    });
    return reader({ subject: 'ledger.europol', bytes, storedAt: now });
  };
  const bring = async (bytes: Uint8Array) => {
    const { directory, now, frame: id } = made;
    const frame = { org: parseOrgId('europol'), id, report: frames.record.decode(bytes), narrowings: [] };
    return (await openBrought(frame as unknown as Frame, { directory, now } as Snapshot)).routing;
  };

  test('that is altered makes the record of the ledger foreign', async () => {
    expect(await read(made.sound)).toMatchObject({ type: 'usable' });
    for (const [how, bytes] of Object.entries(made.altered))
      expect(await read(bytes), how).toEqual({ type: 'foreign', code: 'digest-mismatch' });
  });

  test('that is altered makes a report that the originator sends along count as absent', async () => {
    expect(await bring(made.sound)).toBeDefined();
    for (const [how, bytes] of Object.entries(made.altered)) expect(await bring(bytes), how).toBeUndefined();
  });
});
