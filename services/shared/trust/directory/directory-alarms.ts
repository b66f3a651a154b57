import type { Alarms } from '../../runtime/alarms.js';
import type { DirectoryEvents } from '../directory-holder.js';

const PLACE = { place: 'directory.frame' };

/**
 * Connects a watched directory to alarms. The alarm for an unusable file lasts until a good file replaces it;
 * the alarm for a refused offer does not last.
 */
export function directoryAlarms(alarms: Alarms): Required<Pick<DirectoryEvents, 'onAlarm' | 'onWell'>> {
  return {
    onAlarm: (fault, way) => {
      if (way === 'offered') alarms.raise('directory-refused', fault);
      else alarms.raise(way === 'file' ? 'directory-not-used' : 'directory-not-kept', fault, PLACE);
    },
    onWell: () => alarms.end('directory-not-used'),
  };
}
