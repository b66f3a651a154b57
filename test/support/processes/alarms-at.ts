import type { ServiceProcess } from './service-process.js';

/** Reads the names of the alarms that a process lists in `/readyz`. */
export async function alarmsAt({ url }: Pick<ServiceProcess, 'url'>): Promise<readonly string[]> {
  const { alarms } = (await (await fetch(`${url}/readyz`)).json()) as { alarms: { alarm: string }[] };
  return alarms.map(({ alarm }) => alarm);
}
