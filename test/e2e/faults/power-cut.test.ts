import { expect, test } from 'vitest';
import { describeWhere } from '../../support/needs.js';
import { cutAuditor } from '../../support/power-cut/cut-auditor.js';
import { cutGateways } from '../../support/power-cut/cut-gateways.js';
import { cutWitness } from '../../support/power-cut/cut-witness.js';
import { canBuildPreload } from '../../support/power-cut/preload.js';

const CUTS = 3;

describeWhere(canBuildPreload(), 'a C compiler: apt-get install gcc libc6-dev')('a power cut', () => {
  test(`of gateways, each alone or in a host, ${CUTS} times under load: nothing answered with 202, acknowledged or receipted is lost; without the flush it is`, async () => {
    expect(await cutGateways(CUTS)).toBeGreaterThan(0);
  }, 1_200_000);

  test(
    `of the auditor, ${CUTS} times while records arrive: it has what it confirmed, and signs no two roots for one size`,
    () => cutAuditor(CUTS),
    1_200_000,
  );

  test(`of a witness, ${CUTS} times while it cosigns: it remembers the last cosignature that it may have sent`, () =>
    cutWitness(CUTS));
});
