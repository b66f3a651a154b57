import type { ShownAdoption } from '../../shared/wire/shown-adoption.js';
import type { Viewer } from '../session/viewer.js';

/**
 * Returns the adopted policies as a viewer sees them: by the first router that refuses the saved folder, else
 * by the first that reports any; null when none does. A viewer of one organisation gets only the findings in
 * its own folder.
 */
export function adoptionFor(
  { scope }: Pick<Viewer, 'scope'>,
  adoptions: readonly (ShownAdoption | undefined)[],
): ShownAdoption | null {
  const reported = adoptions.filter((one) => one !== undefined);
  const shown = reported.find(({ refused }) => refused !== null) ?? reported[0];
  if (shown === undefined) return null;
  const { refused } = shown;
  if (refused === null || scope === undefined) return shown;
  const findings = refused.findings.filter(({ place }) => place.startsWith(`${scope.org}/`));
  return { ...shown, refused: { ...refused, findings } };
}
