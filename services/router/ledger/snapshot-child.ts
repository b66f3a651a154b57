import { setPriority } from 'node:os';
import { errorFrom } from '../../shared/kernel/errors.js';
import { takeSnapshot } from '../../shared/store/take-snapshot.js';
import type { SnapshotRequest } from './snapshots.js';

/** Lower than the router's priority, because a snapshot may take long. */
const PRIORITY = 10;

process.once('message', (message) => {
  // The parent runs `createTakeInChild`, so the shape of its message is not checked.
  const { database, ...params } = message as SnapshotRequest;
  setPriority(PRIORITY);
  takeSnapshot(database, params).then(
    () => process.exit(0),
    (thrown: unknown) => {
      const { code } = errorFrom(thrown);
      process.send?.({ code }, () => process.exit(1));
    },
  );
});
process.once('disconnect', () => process.exit(1));
