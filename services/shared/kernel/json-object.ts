/** What a text of JSON or YAML may hold where names and their values are expected; nothing is known of the values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** No list, and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
