/** One thing that an attacker tries on its connection. */
export interface Attempt {
  readonly subject: string;
  readonly payload: string;
  /** Where the server is asked to send its answer: the server then publishes in the attacker's place (confused deputy). */
  readonly reply?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The organisation that is attacked, or `hub`. */
type Victim = string;

const frameOf = (digit: string): string => digit.repeat(64);
/** A pull request that expires at once: one that kept waiting would be served while another attacker is examined. */
const NEXT = JSON.stringify({ batch: 1, expires: 30_000_000 });

/** Subjects under which the victim's messages are stored or its processes listen. */
function targetsOf(victim: Victim): readonly string[] {
  const frame = frameOf('a');
  return [
    `in.delivery.${victim}.${frame}`,
    `in.receipt.${victim}.${frame}`,
    `in.report.${frame}`,
    `in.answer.${frame}`,
    'in.directory',
    'in.checkpoint',
    `out.submission.${frameOf('b')}`,
    `ledger.${victim}`,
    `parked.${victim}.${victim}.${frame}`,
    `quarantine.${victim}`,
    'checkpoint',
    'command.cancel',
    `status.delivered.${victim}.${victim}.red`,
    `status.received._.${victim}.red`,
    '_INBOX_gw.snoop',
    '_INBOX_router.snoop',
    '_INBOX_auditor.snoop',
    '_INBOX_console.snoop',
    '$JS.API.STREAM.PURGE.IN',
    '$JS.API.STREAM.PURGE.LEDGER',
    `$JS.API.STREAM.DELETE.PARKED_${victim}`,
    '$JS.API.STREAM.DELETE.COMMAND',
    '$JS.API.CONSUMER.DELETE.IN.gw',
  ];
}

/**
 * Leaves out calls that would hit a stream of the same name in the attacker's own account: the server obeys its own
 * confirmations, so that an organisation can delete its own streams (`own-account.test.ts`) and could try nothing more.
 */
function elsewhere(victim: Victim, own: readonly string[]): readonly string[] {
  return targetsOf(victim).filter(
    (target) => !own.some((stream) => new RegExp(`\\.${stream}(\\.|$)`).test(target)),
  );
}

const STREAMS = ['IN', 'OUT', 'LEDGER', 'QUARANTINE', 'COMMAND'];
const CONSUMERS = [
  'IN.gw',
  'OUT.router',
  'OUT.queries',
  'LEDGER.auditor',
  'LEDGER.router-1',
  'COMMAND.router',
];

/** Publishes to the victim's subjects directly, and calls every interface of the server about its streams. */
export function directAttempts(victim: Victim): readonly Attempt[] {
  return [
    ...targetsOf(victim).map((subject) => ({ subject, payload: `intruder at ${victim}` })),
    ...['$JS.API.INFO', '$JS.API.STREAM.NAMES', '$JS.API.STREAM.LIST'].map(empty),
    ...[...STREAMS, `PARKED_${victim}`].flatMap(streamCalls),
    ...[...CONSUMERS, `PARKED_${victim}.router`].flatMap(consumerCalls),
    ...spies(victim),
    ...systemCalls(victim),
  ];
}

const empty = (subject: string): Attempt => ({ subject, payload: '' });

function streamCalls(stream: string): readonly Attempt[] {
  const calls = ['INFO', 'PURGE', 'DELETE', 'SNAPSHOT', 'RESTORE', 'LEADER.STEPDOWN', 'PEER.REMOVE'];
  const config = JSON.stringify({ name: stream, subjects: ['>'], max_msgs: 1, discard: 'old' });
  return [
    ...calls.map((call) => empty(`$JS.API.STREAM.${call}.${stream}`)),
    { subject: `$JS.API.STREAM.UPDATE.${stream}`, payload: config },
    { subject: `$JS.API.STREAM.CREATE.${stream}`, payload: config },
    { subject: `$JS.API.STREAM.MSG.GET.${stream}`, payload: '{"seq":1}' },
    { subject: `$JS.API.STREAM.MSG.DELETE.${stream}`, payload: '{"seq":1}' },
    { subject: `$JS.API.DIRECT.GET.${stream}`, payload: '{"seq":1}' },
  ];
}

function consumerCalls(consumer: string): readonly Attempt[] {
  const [stream = '', name = ''] = consumer.split('.');
  const config = JSON.stringify({ stream_name: stream, config: { durable_name: name, ack_policy: 'none' } });
  return [
    empty(`$JS.API.CONSUMER.INFO.${consumer}`),
    empty(`$JS.API.CONSUMER.DELETE.${consumer}`),
    empty(`$JS.API.CONSUMER.LEADER.STEPDOWN.${consumer}`),
    { subject: `$JS.API.CONSUMER.MSG.NEXT.${consumer}`, payload: NEXT },
    { subject: `$JS.API.CONSUMER.CREATE.${consumer}`, payload: config },
    { subject: `$JS.API.CONSUMER.DURABLE.CREATE.${consumer}`, payload: config },
    ...['+ACK', '-NAK', '+TERM', '+NXT'].map((payload) => ({
      subject: `$JS.ACK.${consumer}.1.1.1.1764000000000000000.0`,
      payload,
    })),
  ];
}

/** Creates streams and consumers of the attacker that would source or mirror the victim's messages. */
function spies(victim: Victim): readonly Attempt[] {
  const external = { api: `$JS.${victim}.API`, deliver: 'spy.deliver' };
  const create = (config: object): Attempt => ({
    subject: '$JS.API.STREAM.CREATE.SPY',
    payload: JSON.stringify({ name: 'SPY', ...config }),
  });
  return [
    create({ subjects: ['in.>', `ledger.${victim}`] }),
    create({ mirror: { name: 'IN', external } }),
    create({ sources: [{ name: 'OUT', external }] }),
    create({ subjects: ['spy'], republish: { src: '>', dest: `in.delivery.${victim}.${frameOf('c')}` } }),
    {
      subject: '$JS.API.CONSUMER.CREATE.IN.spy',
      payload: JSON.stringify({
        stream_name: 'IN',
        config: { name: 'spy', deliver_subject: '_INBOX_gw.spy' },
      }),
    },
    empty(`$JS.${victim}.API.STREAM.INFO.IN`),
    empty(`$JS.${victim}.API.STREAM.DELETE.IN`),
  ];
}

function systemCalls(victim: Victim): readonly Attempt[] {
  return [
    ...['CONNZ', 'SUBSZ', 'JSZ', 'INFO'].map((call) => empty(`$SYS.REQ.ACCOUNT.${victim}.${call}`)),
    ...['VARZ', 'CONNZ', 'JSZ', 'ACCOUNTZ'].map((call) => empty(`$SYS.REQ.SERVER.PING.${call}`)),
    empty(`$SYS.ACCOUNT.${victim}.CONNECT`),
    empty(`$SYS.ACCOUNT.${victim}.DISCONNECT`),
    empty('$SYS.REQ.USER.INFO'),
    empty('$SYS.REQ.CLAIMS.UPDATE'),
    empty(`$JS.API.ACCOUNT.PURGE.${victim}`),
    empty(`${victim}.in.directory`),
  ];
}

interface Means {
  /** Subjects that the role may publish. */
  readonly permitted: readonly string[];
  /** Reply subjects of its own real deliveries, each waiting for one acknowledgement. */
  readonly deliveries: readonly string[];
  /** Names of the streams of its own account. */
  readonly own: readonly string[];
}

/** Publishes to permitted subjects with a reply subject of the victim, to which the server would publish. */
export function deputyAttempts({ permitted, deliveries, own }: Means, victim: Victim): readonly Attempt[] {
  const targets = elsewhere(victim, own);
  const answered = permitted.map(concrete).map((subject) => ({ subject, payload: payloadFor(subject) }));
  const confirmed = deliveries.flatMap((subject, index) => ({
    subject,
    payload: index === 0 ? '+ACK' : '+WPI',
  }));
  return [...answered, ...confirmed].flatMap((attempt) => targets.map((reply) => ({ ...attempt, reply })));
}

/** Uses the victim's message id first, with every header that JetStream obeys. */
export function messageIdAttempts(permitted: readonly string[], victim: Victim): readonly Attempt[] {
  const [own = `out.submission.${frameOf('d')}`] = permitted
    .filter((subject) => !subject.startsWith('$'))
    .map(concrete);
  const headers = [
    { 'Nats-Msg-Id': `${victim}-1` },
    { 'Nats-Rollup': 'all' },
    { 'Nats-Rollup': 'sub', 'Nats-Msg-Id': `${victim}-2` },
    { 'Nats-Expected-Stream': 'LEDGER' },
    { 'Nats-Expected-Last-Sequence': '0' },
    { 'Nats-Expected-Last-Subject-Sequence': '0', 'Nats-Msg-Id': `${victim}-3` },
  ];
  return headers.map((header) => ({ subject: own, payload: 'poison', headers: header }));
}

const EVERYWHERE =
  '> * *.> in.> out.> in.report.* in.directory ledger.> parked.> quarantine.> checkpoint command.> status.> ' +
  '_INBOX.> _INBOX_gw.> _INBOX_router.> _INBOX_prov.> _INBOX_auditor.> _INBOX_console.> _INBOX_operator.> ' +
  '$JS.> $JS.API.> $JS.ACK.> $JS.EVENT.> $JS.EVENT.ADVISORY.> $JSC.> $SYS.> $SYS.REQ.> $KV.> $MQTT.> $NRG.>';

/** Subjects that an attacker tries to subscribe to. */
export function snoopingSubjects(victim: Victim): readonly string[] {
  return [
    ...EVERYWHERE.split(' '),
    `in.delivery.${victim}.>`,
    `ledger.${victim}`,
    `parked.${victim}.>`,
    `status.*.${victim}.>`,
    `status.denied.*.${victim}.>`,
    `status.*.*.${victim}.>`,
    `$SYS.ACCOUNT.${victim}.>`,
  ];
}

/** Turns a permitted pattern into a subject that matches it. */
function concrete(pattern: string): string {
  if (pattern.startsWith('$JS.ACK.')) return pattern.replace(/(\.\*)*\.>$/, '.1.1.1.1764000000000000000.0');
  return pattern.replace(/>$/, frameOf('d')).replaceAll('*', 'europol');
}

function payloadFor(subject: string): string {
  if (subject.includes('.MSG.NEXT.')) return NEXT;
  if (subject.includes('.DIRECT.GET.') || subject.includes('.MSG.DELETE.')) return '{"seq":1}';
  return subject.startsWith('$JS.ACK.') ? '+ACK' : '';
}
