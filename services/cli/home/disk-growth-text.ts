import { formatSeconds } from '../status/format-seconds.js';
import { formatBytes } from '../terminal/format-bytes.js';
import type { DiskGrowth } from './disk-growth.js';

/** Describes in a line how large a home is, how fast it grows, and when its disk is full. */
export function diskGrowthText({ bytes, free, bytesPerDay, fullIn }: DiskGrowth): string {
  const size = `${formatBytes(bytes)}, ${formatBytes(free)} free`;
  if (bytesPerDay === null) return size;
  if (fullIn === null) return `${size}; does not grow`;
  return `${size}; grows ${formatBytes(bytesPerDay)} a day, full in ${formatSeconds(fullIn)}`;
}
