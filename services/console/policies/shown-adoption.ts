import type { ShownAdoption } from '../../shared/wire/shown-adoption.js';
import type { Viewer } from '../session/viewer.js';

/**
 * Returns what a viewer sees of the adopted policies, as a router reports them that refuses the saved folder, else as the
 * first router does; null when none reports them. A viewer of one organisation gets the findings in its own folder alone.
 */
export function adoptionFor(
  { scope }: Pick<Viewer, 'scope'>,
  adoptions: readonly (ShownAdoption | undefined)[],
): ShownAdoption | null {
  const said = adoptions.filter((one) => one !== undefined);
  const shown = said.find(({ refused }) => refused !== null) ?? said[0];
  if (shown === undefined) return null;
  const { refused } = shown;
  if (refused === null || scope === undefined) return shown;
  const findings = refused.findings.filter(({ place }) => place.startsWith(`${scope.org}/`));
  return { ...shown, refused: { ...refused, findings } };
}
