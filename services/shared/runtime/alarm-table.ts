/**
 * Everything for which somebody must look, in the words that `status`, logs and numbers use. One that `lasts` is in force
 * until the process sees that it is over; another happened, and is told for a day. docs/operate.md says what to do.
 */
export const ALARMS = {
  'clock-ahead': {
    lasts: true,
    means: 'the clock ran ahead by more than an hour: nothing is erased by it yet',
  },
  'command-stuck': { lasts: false, means: 'a command for the quarantine cannot be carried out' },
  'database-put-aside': { lasts: false, means: 'a database was damaged, put aside and begun anew' },
  'delivery-not-noted': {
    lasts: false,
    means: 'how far deliveries came could not be written: it is offered again',
  },
  'directory-not-kept': {
    lasts: false,
    means: 'what a process keeps of the directory for its next start cannot be written, or was damaged',
  },
  'directory-not-used': {
    lasts: true,
    means: 'the file of the directory is not used: what was held before holds',
  },
  'directory-refused': { lasts: false, means: 'a directory that came through the broker was refused' },
  'events-not-kept': { lasts: false, means: 'the console could not keep status events that it heard' },
  'file-behind': { lasts: false, means: 'the auditor began with fewer records than it had vouched for' },
  'foreign-entry': { lasts: false, means: 'no router put this entry into the quarantine' },
  'foreign-heartbeat': { lasts: false, means: 'a heartbeat that the auditor did not sign' },
  'foreign-record': { lasts: false, means: 'a record that no router signed stands on the ledger' },
  'frame-stuck': { lasts: false, means: 'a frame fails again and again, and holds those behind it' },
  'gate-closed': { lasts: true, means: 'the router was at work and pulls nothing now' },
  'inbox-away': { lasts: true, means: 'the inbox of an organisation does not answer: what is for it waits' },
  'key-not-read': { lasts: false, means: 'a signing key could not be read anew: the one before it signs' },
  'ledger-made-anew': { lasts: false, means: 'the stream of the ledger began another life' },
  'ledger-not-read': { lasts: true, means: 'the auditor does not keep what is recorded' },
  'message-dropped': { lasts: false, means: 'a gateway dropped what came and does not verify' },
  'notice-unreceipted': { lasts: false, means: 'a notice ended, and a recipient never receipted it' },
  'organisation-not-pulled': { lasts: true, means: 'an organisation cannot be worked with' },
  'parked-copy-dropped': { lasts: false, means: 'a parked copy was no good: its originator offers it again' },
  'policies-not-used': {
    lasts: true,
    means: 'the folder of policies does not load: what was in force holds',
  },
  'receipt-overdue': { lasts: true, means: 'receipts are awaited longer than agreed' },
  'records-lost': { lasts: false, means: 'the broker lost records before the auditor kept them' },
  'rule-failed': { lasts: false, means: 'a rule could not be evaluated: the answer was deny' },
  'status-not-told': { lasts: false, means: 'what became of a frame was not told as status events' },
  'submission-chain': { lasts: false, means: 'a submission does not follow on the one before' },
  'submission-gap': { lasts: false, means: 'numbers of submissions are missing' },
  'submission-late': { lasts: false, means: 'a submission came after later ones' },
  'tokens-unreadable': { lasts: true, means: 'who may ask cannot be read: nobody is let in' },
} as const satisfies Readonly<Record<string, { readonly lasts: boolean; readonly means: string }>>;

export type Alarm = keyof typeof ALARMS;

export const ALARM_NAMES = Object.keys(ALARMS) as readonly Alarm[];
