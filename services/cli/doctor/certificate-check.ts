import { join } from 'node:path';
import { holdersOf } from '../tls/hub-certificates.js';
import { authorityFolder, daysLeft, readCertificate } from '../tls/sign-certificate.js';
import { bad, type Check, ok, restartCommand, toInspect } from './check.js';

const SOON_DAYS = 30;
/** Members need new certificates before the authority ends. */
const AUTHORITY_SOON_DAYS = 365;

/** The check of the certificates of a hub. */
export const certificates: Check = {
  name: 'certificates',
  look: (context) => {
    const { home, now } = context;
    const ends = holdersOf(home).map(({ name, folder }) => ({
      name,
      certificate: readCertificate(join(folder, 'cert.pem')),
    }));
    const spent = ends.filter(({ certificate }) => daysLeft(certificate, now) < SOON_DAYS);
    if (spent.length > 0)
      return bad(
        `end within ${SOON_DAYS} days: ${spent.map(({ name }) => name).join(' ')}`,
        restartCommand(context, 'each start signs new certificates'),
      );
    const authority = readCertificate(join(authorityFolder(home), 'cert.pem'));
    const words = `the authority, and with it the certificates of members, ends ${dayOf(authority)}`;
    if (daysLeft(authority, now) < AUTHORITY_SOON_DAYS)
      return toInspect(words, 'liaison init hub --help   # members must join a new hub before that day');
    const [first] = ends.map(({ certificate }) => dayOf(certificate)).toSorted();
    return ok(`${ends.length} of the hub, the first ends ${first}; ${words}`);
  },
};

const dayOf = ({ validTo }: ReturnType<typeof readCertificate>): string => validTo.toISOString().slice(0, 10);
