/** The annotations that a rule may have. */
export const ANNOTATIONS = ['id', 'reason', 'article', 'obligation', 'keep'] as const;
