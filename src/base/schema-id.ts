/** The `$id` of a published JSON Schema. The project has no website, so it is a name, not an address. */
export function schemaId(name: string): string {
  return `urn:modelwright:${name}`;
}
