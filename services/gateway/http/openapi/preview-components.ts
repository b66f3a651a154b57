import { closed } from '../../../shared/kernel/closed-schema.js';
import type { Because } from '../../../shared/notice/because.js';
import { ref } from './notice-components.js';
import { layer, arrayOf, membership, orNull, word } from './own-components.js';

/** Reasons that a preview can have. */
const WITHOUT_NOTICE: readonly Because[] = ['not-addressed', 'excluded', 'suspended', 'restricted'];
const rule = { type: 'string', description: 'its `@id`' };

/** Schemas of `/v1/preview`. */
export const previewComponents: Readonly<Record<string, object>> = {
  preview: closed({ header: ref('draft/properties/header'), recipients: arrayOf(ref('previewed')) }),
  previewed: closed(
    {
      org: ref('orgId'),
      outcome: word(['delivered', 'redacted', 'denied'], 'as a report would have it'),
      layer: { ...layer, description: 'of a denial: the layer that denies' },
      rule: { ...rule, description: 'of a denial by a rule: its `@id`; absent where no rule permits' },
      because: word(WITHOUT_NOTICE, 'the reason of a decision without any rule'),
      sections: {
        type: 'object',
        propertyNames: ref('section'),
        additionalProperties: ref('cell'),
        description: 'by the name of each section of the draft; empty for a denial',
      },
      membership,
    },
    ['layer', 'rule', 'because', 'membership'],
  ),
  cell: closed(
    {
      effect: word(['disclose', 'withhold'], 'whether the recipient would see the section'),
      advertise: { type: 'boolean', description: 'whether it would know that a withheld section exists' },
      layer,
      rule: {
        ...orNull(rule),
        description: 'the rule that discloses or withholds; null where no rule permits',
      },
      because: word(['restricted'], 'a restriction by the originator takes what `rule` discloses'),
    },
    ['because'],
  ),
};
