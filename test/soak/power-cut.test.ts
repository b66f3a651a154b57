import { expect, test } from 'vitest';
import { cutAuditor } from '../support/power-cut/cut-auditor.js';
import { cutGateways } from '../support/power-cut/cut-gateways.js';
import { cutWitness } from '../support/power-cut/cut-witness.js';

const TIME = 3_600_000;
const CUTS = 20;

test(
  `soak: a power cut of gateways, ${CUTS} times each alone and in a host: nothing answered with 202, acknowledged or receipted is lost; without the flush it is`,
  async () => {
    expect(await cutGateways(2 * CUTS)).toBeGreaterThan(0);
  },
  TIME,
);

test(
  `soak: a power cut of the auditor, ${CUTS} times while records arrive: it has what it confirmed, and signs no two roots for one size`,
  () => cutAuditor(CUTS),
  TIME,
);

test(
  `soak: a power cut of a witness, ${CUTS} times while it cosigns: it remembers the last cosignature that it may have sent`,
  () => cutWitness(CUTS),
  TIME,
);
