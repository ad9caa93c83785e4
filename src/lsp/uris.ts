// Addresses of documents and paths. Editors spell the same address in several ways, such as `file:///c%3A/` and `file:///C:/`.
import { joinPath } from "../base/path.ts";

/** The absolute path of a `file:` address, with `/`; `undefined` for any other address. */
export function pathOfUri(uri: string): string | undefined {
  let url: URL;
  try {
    url = new URL(uri);
    if (url.protocol !== "file:") return undefined;
    const path = decodeURIComponent(url.pathname).replace(/^\/([A-Za-z]:)/, "$1");
    if (path.includes("\0")) return undefined;
    const whole = url.hostname === "" ? path : `//${url.hostname}${path}`;
    return joinPath("/", whole);
  } catch {
    return undefined;
  }
}

/** The `file:` address of an absolute path, spelled as editors do. */
export function uriOfPath(path: string): string {
  const encoded = path
    .split("/")
    .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, percent))
    .join("/");
  return `file://${encoded.startsWith("/") ? "" : "/"}${encoded}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Whether an address is one that the server reads: a file, or a document that has never been saved. */
export function isReadable(uri: string): boolean {
  return /^(?:file|untitled):/i.test(uri);
}
