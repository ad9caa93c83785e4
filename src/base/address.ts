/** A text without the user and password that somebody may have written into an address in it. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/\s]*@/g, "//");
}

/** An address without what may be secret in it: the user, the password, and what a server is told behind `?` or `#`. */
export function withoutSecrets(address: string): string {
  return withoutCredentials(address).replace(/[?#].*$/s, "");
}
