import type { Alarms } from '../runtime/alarms.js';
import type { DirectoryEvents } from './directory-holder.js';

const PLACE = { place: 'directory.jws' };

/** A file that is not used is wrong until another one is good; what was sent and refused only happened. */
export function directoryAlarms(alarms: Alarms): Required<Pick<DirectoryEvents, 'onAlarm' | 'onWell'>> {
  return {
    onAlarm: (fault, way) => {
      if (way === 'offered') alarms.raise('directory-refused', fault);
      else alarms.raise(way === 'file' ? 'directory-not-used' : 'directory-not-kept', fault, PLACE);
    },
    onWell: () => alarms.end('directory-not-used'),
  };
}
