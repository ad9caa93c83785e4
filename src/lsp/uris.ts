// Converts between URIs and paths. Editors spell the same URI in several ways, such as `file:///c%3A/` and `file:///C:/`.
import { joinPath } from "../base/path.ts";

/** The absolute path of a `file:` URI, with `/`; `undefined` for any other URI. */
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

/** The `file:` URI of an absolute path, spelled as in editors. */
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

/** Whether the server reads a URI: that of a file, or of a document that has never been saved. */
export function isReadable(uri: string): boolean {
  return /^(?:file|untitled):/i.test(uri);
}
