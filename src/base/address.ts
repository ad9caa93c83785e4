/** A text without the user and password that somebody may have written into an address in it. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/\s]*@/g, "//");
}

/** An address without what may be secret in it: the user, the password, and what a server is told behind `?` or `#`. */
export function withoutSecrets(address: string): string {
  return withoutCredentials(address).replace(/[?#].*$/s, "");
}

/** Decodes the percent-encoding of a part of an address. A `%` that begins no character of UTF-8 is literal text. */
export function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
