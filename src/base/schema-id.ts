/** The `$id` of a published JSON Schema. It is a name and not a URL, because the project has no website. */
export function schemaId(name: string): string {
  return `urn:modelwright:${name}`;
}
