import { test } from 'vitest';
import { runAllDay } from './run-all-day.js';

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 480);

test(
  `soak: \`up\` as \`npm start\` starts it, for ${MINUTES} minutes: 0 lost, every outbox empties, 0 unexplained alarms, memory and descriptors flat, the disk within its bound`,
  () => runAllDay(MINUTES),
  (MINUTES + 10) * 60_000,
);
