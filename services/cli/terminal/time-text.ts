/** Shows an ISO 8601 time to the second, without its zone, which is UTC in all that the program prints. */
export const timeText = (at: string): string => at.slice(0, 19).replace('T', ' ');
