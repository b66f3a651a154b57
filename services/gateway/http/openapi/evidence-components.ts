import { packSchema } from '../../../shared/verify/pack.js';

/** Schemas of the answers with evidence. */
export const evidenceComponents: Readonly<Record<string, object>> = {
  'evidence-pack': {
    ...packSchema,
    description:
      'What one organisation can prove about one notice; bytes are base64url, tokens compact JWSs.',
  },
};

const pack = {
  kind: 'pack',
  originator: 'europol',
  notice: '01a21056-15a8-71b0-8594-e5708ea13abd',
  recipient: 'afripol',
  directory: { statement: 'eyJ…', parts: [] },
  notices: [],
  records: [],
  deliveries: [],
  changes: [],
  actions: [],
  recalls: [],
};

/** An example of each answer. */
export const evidenceExamples = { own: { ...pack, recipient: null }, held: pack };
