import { closed } from '../../../shared/kernel/closed-schema.js';
import type { Because } from '../../../shared/notice/because.js';
import { ref } from './notice-components.js';
import { layer, arrayOf, orNull, word } from './own-components.js';

/** What can be said before there is a notice. */
const WITHOUT_NOTICE: readonly Because[] = ['not-addressed', 'excluded', 'suspended'];
const rule = { type: 'string', description: 'its `@id`' };

/** Of `/v1/preview`. */
export const previewComponents: Readonly<Record<string, object>> = {
  preview: closed({ header: ref('draft/properties/header'), recipients: arrayOf(ref('previewed')) }),
  previewed: closed(
    {
      org: ref('orgId'),
      outcome: word(['delivered', 'redacted', 'denied'], 'as a report would say it'),
      layer: { ...layer, description: 'of a denial: the layer that is closed' },
      rule: { ...rule, description: 'of a denial by a rule: its `@id`; none where no rule permits' },
      because: word(WITHOUT_NOTICE, 'what decided without any rule'),
      sections: {
        type: 'object',
        propertyNames: ref('section'),
        additionalProperties: ref('cell'),
        description: 'by the name of each section of the draft; empty for who is denied',
      },
    },
    ['layer', 'rule', 'because'],
  ),
  cell: closed({
    effect: word(['disclose', 'withhold'], 'whether the recipient would see the section'),
    advertise: { type: 'boolean', description: 'whether it would know that a withheld section exists' },
    layer,
    rule: { ...orNull(rule), description: 'that opens or closes it; null where no rule permits' },
  }),
};
