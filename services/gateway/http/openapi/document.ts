import { actionComponents } from './action-components.js';
import { evidenceComponents } from './evidence-components.js';
import { heldComponents } from './held-components.js';
import { keyComponents } from './key-components.js';
import { memberComponents } from './member-components.js';
import { noticeComponents } from './notice-components.js';
import { problemComponents } from './operation.js';
import { approvalComponents } from './approval-components.js';
import { ownComponents } from './own-components.js';
import { previewComponents } from './preview-components.js';
import { recipientsComponents } from './recipients-components.js';
import { releaseComponents } from './release-components.js';
import { shareComponents } from './share-components.js';
import { stageComponents } from './stage-components.js';

const DESCRIPTION = `An organisation’s own border service, for its local systems.

Every request below \`/v1/\` has \`Authorization: Bearer <token>\`; tokens and their scopes are in the gateway’s \`tokens.json\`.
Errors are answered with a problem document, whose \`code\` is stable. 429 and 503 have \`Retry-After\`, 405 has \`Allow\`.
\`HEAD\` is answered as \`GET\` is, except on the stream. Lengths count UTF-16 units. The events of the stream are described at
its operation, under \`x-events\`.`;

/** The OpenAPI document without its paths, which fastify adds from the routes. */
export const document = {
  openapi: '3.1.0' as const,
  info: { title: 'Liaison gateway', version: '1', description: DESCRIPTION },
  servers: [{ url: '/', description: 'the gateway that serves this document' }],
  tags: [
    { name: 'notices', description: 'Own notices: submit, amend, follow, preview' },
    { name: 'life', description: 'Actions on own notices, requests of holders, and overdue answers' },
    { name: 'inbox', description: 'Notices of others that this organisation holds' },
    { name: 'keys', description: 'What this site asks the hub about its keys' },
    { name: 'policies', description: 'Releases of the rules of this organisation' },
    { name: 'health', description: 'For operators; needs no token' },
  ],
  components: {
    securitySchemes: {
      bearer: {
        type: 'http' as const,
        scheme: 'bearer',
        description:
          'A token of a local system. Its scopes: `notice:write` (submit, amend, act on own notices), `notice:confirm` (confirm withdrawals, restrictions and suspensions that wait for a person), `notice:read` (own notices and reports), `notice:content` (with it also the sections of own notices, shown and searched), `inbox:read` (held notices and their stream), `inbox:keep` (keep them on a ground), `inbox:request` (ask for a withheld section), `preview`, `policy:release` (release own rules), `key:request` (send key requests). Each operation names the one that it needs.',
      },
    },
    schemas: {
      ...noticeComponents,
      ...ownComponents,
      ...approvalComponents,
      ...heldComponents,
      ...previewComponents,
      ...actionComponents,
      ...releaseComponents,
      ...shareComponents,
      ...stageComponents,
      ...recipientsComponents,
      ...evidenceComponents,
      ...keyComponents,
      ...memberComponents,
      ...problemComponents,
    },
  },
};
