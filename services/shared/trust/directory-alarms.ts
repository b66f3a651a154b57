import type { Alarms } from '../runtime/alarms.js';
import type { DirectoryEvents } from './directory-holder.js';

/** A file that is not used is wrong until another one is good; what was sent and refused only happened. */
export function directoryAlarms(alarms: Alarms): Required<Pick<DirectoryEvents, 'onAlarm' | 'onWell'>> {
  return {
    onAlarm: (fault, way) => {
      if (way === 'file') alarms.raise('directory-not-used', fault, { place: 'directory.jws' });
      else alarms.raise('directory-refused', fault);
    },
    onWell: () => alarms.end('directory-not-used'),
  };
}
