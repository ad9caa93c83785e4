/** Removes the user and password from every URL in a text. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/\s]*@/g, "//");
}

/** Removes everything from a URL that may be secret: the user, the password, the query and the fragment. */
export function withoutSecrets(address: string): string {
  return withoutCredentials(address).replace(/[?#].*$/s, "");
}

/** Decodes the percent-encoding of a URL component. A `%` that does not start a UTF-8 character is literal. */
export function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
