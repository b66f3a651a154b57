/**
 * Every alarm: a condition that a person must look at. One that `lasts` is in force until its cause is gone; any other is
 * listed for a day. `means` is its text in logs, in `status` and in docs/operate/alarms.md, which says what to do.
 */
export const ALARMS = {
  'adopted-damaged': {
    lasts: false,
    means: 'the adopted policies on disk are damaged: they are not used',
  },
  'adopted-first': {
    lasts: false,
    means: 'policies were adopted as the first ones although the router had adopted others, which are gone',
  },
  'answer-overdue': { lasts: true, means: 'other organisations owe answers to actions or requests' },
  'break-glass-unreviewed': {
    lasts: true,
    means: 'another person has not reviewed break-glass in time',
  },
  'case-fails': {
    lasts: false,
    means: 'adopted policies fail a case of this organisation',
  },
  'clock-ahead': {
    lasts: true,
    means: 'the clock is ahead: until it is trusted, nothing is erased or rejected as expired',
  },
  'command-stuck': { lasts: false, means: 'a quarantine command cannot be carried out' },
  'contract-not-spoken': {
    lasts: true,
    means: 'the directory says a contract of the hub that this process does not speak: it waits',
  },
  'database-not-written': {
    lasts: true,
    means: 'a gateway cannot write its database: it takes nothing, and acknowledges nothing',
  },
  'database-put-aside': { lasts: false, means: 'a damaged database was moved aside and a new one created' },
  'delivery-contradicts-record': {
    lasts: false,
    means:
      'the hub delivered other than its records say: nothing of it is held or answered, and it is kept as evidence',
  },
  'delivery-differs': {
    lasts: false,
    means: 'a recipient answered for another delivery than the report promises: its notices are disputed',
  },
  'delivery-not-noted': {
    lasts: false,
    means: 'the state of a delivery could not be stored: it may be delivered again',
  },
  'directory-forked': {
    lasts: false,
    means:
      'the root or its directory key signed, or the hub recorded, two directories of which only one can be: both are kept as evidence',
  },
  'directory-not-kept': {
    lasts: false,
    means: 'the copy of the directory for the next start is damaged or cannot be written',
  },
  'directory-not-used': {
    lasts: true,
    means: 'the directory file is not used: the previous directory stays in force',
  },
  'directory-refused': { lasts: false, means: 'a directory received over the broker was refused' },
  'disk-failed': {
    lasts: false,
    means:
      'the disk did not store what a gateway changed: it shows and acknowledges nothing more, and starts anew',
  },
  'events-not-kept': { lasts: false, means: 'the console could not store status events that it received' },
  'file-behind': { lasts: false, means: 'the auditor started with fewer records than it had confirmed' },
  'foreign-entry': { lasts: false, means: 'a quarantine entry was not written by a router' },
  'foreign-heartbeat': { lasts: false, means: 'a heartbeat is not signed by the auditor' },
  'foreign-record': { lasts: false, means: 'a record on the ledger is not signed by a router' },
  'frame-ahead': {
    lasts: false,
    means:
      'a frame is signed up to a day ahead of the router’s clock: the outbox of its sender offers it again',
  },
  'frame-stuck': { lasts: false, means: 'a frame fails again and again and blocks those behind it' },
  'gate-closed': { lasts: true, means: 'a router that was working has stopped pulling' },
  'gateway-closed': {
    lasts: true,
    means: 'a gateway of a host is closed: it cannot be opened, or its database is damaged',
  },
  'inbox-away': { lasts: true, means: 'the inbox of an organisation does not answer: its deliveries wait' },
  'index-behind': {
    lasts: true,
    means: 'the index of the auditor is behind its file: records are not stored and requests not answered',
  },
  'key-not-read': {
    lasts: false,
    means: 'a signing key could not be reloaded: the previous one stays in use',
  },
  'key-not-renewed': {
    lasts: true,
    means: 'a sixth of the life of a signing key is left, and the directory lists no next one',
  },
  'ledger-damaged': {
    lasts: true,
    means: 'the records of the auditor are not those of the signed log: it confirms and signs nothing',
  },
  'ledger-made-anew': { lasts: false, means: 'the stream of the ledger was created again' },
  'ledger-not-read': { lasts: true, means: 'the auditor does not store new records' },
  'ledger-rolled-back': {
    lasts: true,
    means: 'the auditor lacks records that the log has shown, or has others: it signs no checkpoint',
  },
  'log-begun-anew': {
    lasts: false,
    means:
      'two operators began the next life of the ledger log: their order says which records are missing, nothing proves it',
  },
  'log-forked': {
    lasts: false,
    means:
      'the log of the ledger shows another history than the one that was cosigned: both are kept as evidence',
  },
  'log-not-followed': {
    lasts: true,
    means: 'a mirror cannot follow the log of the ledger: it has no newer copy of it',
  },
  'log-unproved': {
    lasts: true,
    means:
      'for a minute the hub gave no proof that the log of the ledger follows from the checkpoint that was cosigned last',
  },
  'mass-recall': {
    lasts: false,
    means: 'an organisation ended or barred more than 100 notices within an hour',
  },
  'message-dropped': {
    lasts: false,
    means: 'a gateway dropped a message that does not verify, or that ends the process that opens it',
  },
  'notice-unreceipted': { lasts: false, means: 'a notice ended without a receipt from a recipient' },
  'organisation-not-pulled': { lasts: true, means: 'a router cannot pull from an organisation' },
  'own-key-foreign': {
    lasts: true,
    means: 'the directory lists a key of this organisation that its home does not know',
  },
  'parked-copy-dropped': { lasts: false, means: 'a parked copy was invalid: its originator sends it again' },
  'policies-edited-here': {
    lasts: true,
    means:
      'the folder of policies at the hub has other rules or facts than those that were released: they are not used',
  },
  'policies-not-archived': {
    lasts: true,
    means: 'the auditor does not have the adopted policies: decisions cannot be made again later',
  },
  'policies-not-used': {
    lasts: true,
    means:
      'the folder of policies does not load or does not pass the policy gate: the previous policies still decide',
  },
  'recall-overdue': { lasts: true, means: 'organisations owe answers to the recall of a notice' },
  'receipt-conflict': { lasts: false, means: 'a recipient signed two roots for the same delivery' },
  'receipt-overdue': { lasts: true, means: 'receipts are overdue' },
  'receipts-chain': { lasts: false, means: 'a frame of receipts does not continue the previous one' },
  'receipts-gap': { lasts: false, means: 'numbers of frames of receipts are missing' },
  'receipts-late': { lasts: false, means: 'a frame of receipts arrived after later ones' },
  'record-missing': {
    lasts: true,
    means: 'the hub has not proved that records which it signed are on its log: signed claims are kept',
  },
  'record-ruled-out': {
    lasts: false,
    means: 'an operator ruled out a record that could not be verified: the auditor skipped it',
  },
  'record-unverifiable': {
    lasts: true,
    means: 'auditor or router waits at a record that it cannot verify yet: later records are not used',
  },
  'records-lost': { lasts: false, means: 'the broker lost records before the auditor stored them' },
  'report-contradicts-notice': {
    lasts: false,
    means:
      'for a recipient of an own notice the hub signed a digest that is not that of the named sections: it cannot hold them',
  },
  restored: {
    lasts: true,
    means: 'the database was restored: nothing of others is shown until it is compared with the ledger',
  },
  'restored-unproved': {
    lasts: true,
    means:
      'the hub names newer own statements than the database has, without a signature of this gateway: it is not believed',
  },
  'restriction-refused': {
    lasts: false,
    means: 'a restriction that no person ordered cannot be signed: its holders keep what they may not hold',
  },
  'restrictions-held-back': {
    lasts: true,
    means:
      'restrictions that the policies or a leaving member ask for wait: no more ends and bars may be signed in this hour',
  },
  'rule-failed': { lasts: false, means: 'a rule could not be evaluated: the decision was deny' },
  'status-not-told': { lasts: false, means: 'status events of a frame could not be published' },
  'stream-made-anew': {
    lasts: false,
    means: 'a stream was lost while others of its account existed, and was created again',
  },
  'submission-chain': { lasts: false, means: 'a submission does not continue the previous one' },
  'submission-gap': { lasts: false, means: 'numbers of submissions are missing' },
  'submission-late': { lasts: false, means: 'a submission arrived after later ones' },
  'tokens-unreadable': { lasts: true, means: 'the file of tokens cannot be read: every request is refused' },
  unwitnessed: {
    lasts: true,
    means: 'no quorum of witnesses was shown for the log of the ledger for a minute',
  },
  'witness-not-cosigning': {
    lasts: true,
    means: 'a witness that is asked over HTTP does not cosign the log of the ledger',
  },
  'witness-without-key': {
    lasts: true,
    means: 'the gateway has no witness key in force: it does not cosign the log of the ledger',
  },
} as const satisfies Readonly<Record<string, { readonly lasts: boolean; readonly means: string }>>;

/** The name of an alarm. */
export type Alarm = keyof typeof ALARMS;

/** The names of all alarms. */
export const ALARM_NAMES = Object.keys(ALARMS) as readonly Alarm[];
