import { connectAs } from './connect.js';

/** A subject that no list allows and no process subscribes to, so that publishing to it is harmless if it succeeds. */
const PROBE_SUBJECT = 'doctor.probe';

/** True when the broker refuses this key a subject outside every permission list. Throws as `connectAs`. */
export async function arePermissionsEnforced(
  identity: Omit<Parameters<typeof connectAs>[0], 'onConnectionEvent'>,
): Promise<boolean> {
  let denied = false;
  const bus = await connectAs({
    ...identity,
    onConnectionEvent: ({ type }) => {
      denied ||= type === 'denied';
    },
  });
  try {
    bus.nc.publish(PROBE_SUBJECT);
    // The refusal arrives before the answer to the flush; the client emits it one event-loop turn later.
    await bus.nc.flush();
    await new Promise((resolve) => setImmediate(resolve));
    return denied;
  } finally {
    await bus.close();
  }
}
