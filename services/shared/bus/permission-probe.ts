import { connectAs } from './connect.js';

/** A subject that no list allows and nobody listens to: publishing it is harmless even where it succeeds. */
const NOBODYS = 'doctor.probe';

/** True when the broker holds whoever has this key to a list: it refuses what no list allows. Throws as `connectAs`. */
export async function isConfined(
  identity: Omit<Parameters<typeof connectAs>[0], 'onTrouble'>,
): Promise<boolean> {
  let denied = false;
  const bus = await connectAs({
    ...identity,
    onTrouble: ({ type }) => {
      denied ||= type === 'denied';
    },
  });
  try {
    bus.nc.publish(NOBODYS);
    // The refusal comes before the answer to this, and is told a turn later.
    await bus.nc.flush();
    await new Promise((resolve) => setImmediate(resolve));
    return denied;
  } finally {
    await bus.close();
  }
}
