/** The contract that this version speaks: field 1 of every frame (proto/README.md#versions). */
export const CONTRACT = 1;
