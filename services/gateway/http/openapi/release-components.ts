import { closed } from '../../../shared/kernel/closed-schema.js';
import { FILES_OF_FEDERATION, FILES_OF_MEMBER } from '../../../shared/ledger/release/release-files.js';
import { RELEASE_STATES } from '../../../shared/wire/shown-releases.js';
import { ref } from './notice-components.js';
import { arrayOf, orNull, word } from './own-components.js';

const text = { type: 'string' };
const digest = (description: string): object => ({ ...text, description });
const version = { type: 'integer', minimum: 0 };

/** The body of a release. */
export const releaseBody = {
  ...closed({
    statement: { ...text, description: 'a compact JWS of the type `release+jws`' },
    files: { ...text, description: 'the packed files that the statement names, in base64' },
  }),
  examples: [{ statement: 'eyJhbGciOiJFZERTQSJ9.eyJ2ZXJzaW9uIjozfQ.c2lnbmF0dXJl', files: 'H4sIAAAAAAAA' }],
};

const filesInForce = (names: readonly string[]): object =>
  closed({
    release: {
      ...orNull(
        closed({
          version,
          statement: digest('digest of its statement'),
          recordedAt: { ...text, description: 'when the ledger recorded it, as the hub says' },
          keyRevoked: {
            type: 'boolean',
            description: 'the key that signed it was revoked; only the hub says that it was recorded before',
          },
        }),
      ),
      description: 'null for files that are in no release: nothing signs them',
    },
    files: arrayOf(closed({ name: word(names, 'the path of a file'), text })),
  });

/** Schemas of policy releases. */
export const releaseComponents: Readonly<Record<string, object>> = {
  'unrecorded-release': closed({
    statement: digest('digest of its statement'),
    version,
    state: word(['queued', 'refused'], '`refused`: by the report of the hub, unjudged'),
    code: { ...orNull(text), description: 'why the hub refused it' },
  }),
  release: closed(
    {
      release: digest('digest of the release, which the next one and approvals name'),
      statement: digest('digest of its statement'),
      version,
      state: word([...RELEASE_STATES], '`replaced`: another release came into force after it'),
      recordedAt: text,
      judgedAt: orNull(text),
      judgedBy: { ...orNull(text), description: 'the router that judged it' },
      findings: arrayOf(
        closed(
          {
            place: text,
            message: text,
            loosening: digest('of a loosening that two approvers have not signed, in hex'),
          },
          ['loosening'],
        ),
      ),
    },
    ['findings'],
  ),
  releases: closed({
    bundle: { ...orNull(text), description: 'digest of the policies of the federation in force' },
    releases: arrayOf(ref('release')),
    unrecorded: arrayOf(ref('unrecorded-release')),
  }),
  'policies-in-force': closed({
    federation: filesInForce(FILES_OF_FEDERATION),
    own: {
      ...orNull(filesInForce(FILES_OF_MEMBER)),
      description: 'null without a release in force: the organisation permits nothing',
    },
  }),
};

const [release, statement] = [
  'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
  '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
];

/** Examples of the answers. */
export const releaseExamples = {
  unrecorded: { statement, version: 3, state: 'queued', code: null },
  releases: {
    bundle: 'LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564',
    releases: [
      {
        release,
        statement,
        version: 3,
        state: 'refused',
        recordedAt: '2027-01-31T09:00:00.000Z',
        judgedAt: '2027-01-31T09:00:04.000Z',
        judgedBy: 'router-1',
        findings: [
          {
            place: 'europol',
            message: 'europol/export loosens receive (red, europol → interpol) without approval',
            loosening: '5174e39a78bed6bd2eb1f73e4d290209e43be01d5884ca0e2b75c45a495e7619',
          },
        ],
      },
    ],
    unrecorded: [],
  },
  inForce: {
    federation: {
      release: null,
      files: [
        { name: 'federation/members.yaml', text: 'members: {}\n' },
        { name: 'federation/rules.cedar', text: 'permit (principal, action, resource);\n' },
        { name: 'schema.cedarschema', text: 'entity Organisation;\n' },
      ],
    },
    own: {
      release: { version: 3, statement, recordedAt: '2027-01-31T09:00:00.000Z', keyRevoked: false },
      files: [
        { name: 'export.cedar', text: 'forbid (principal, action, resource);\n' },
        { name: 'import.cedar', text: 'permit (principal, action, resource);\n' },
      ],
    },
  },
};
