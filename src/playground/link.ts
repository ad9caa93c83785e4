// Links: all files in the fragment of the address, which browsers do not send to a server. Links can come from strangers, so
// everything in them is bounded and validated, and it is only ever used as text.
import { LIMITS, nameMistake, type PlaygroundFile } from "./files.ts";

const VERSION = "1";

/** Longer links are cut by some mail and chat programs. */
export const LONGEST_LINK = 16_000;

/** The longest possible link of the playground: the maximum text, uncompressed, in base64. */
const LONGEST_READ = 1_500_000;

/** The files of a link, or a sentence that says why it cannot be read. */
export type ReadLink = { readonly files: readonly PlaygroundFile[] } | { readonly problem: string };

const BROKEN: ReadLink = { problem: "This link is incomplete or was changed, so its files cannot be read." };
const TOO_LARGE: ReadLink = { problem: "This link contains more than 1 MB of text, so it is not opened." };

/** The fragment for some files, with `#`. */
export async function linkOf(files: readonly PlaygroundFile[]): Promise<string> {
  const json = archiveOf(files);
  const deflated = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(deflated).arrayBuffer());
  return `#${VERSION}.${toBase64Url(bytes)}`;
}

/** All files as the text of one file, which `readArchive` reads. */
export function archiveOf(files: readonly PlaygroundFile[]): string {
  return JSON.stringify({ files: files.map(({ name, text }) => [name, text]) });
}

/** Reads the fragment of an address; never throws. */
export async function readLink(fragment: string): Promise<ReadLink> {
  const [, version, encoded] = /^#?([\w-]{1,9})\.(.*)$/s.exec(fragment) ?? [];
  if (version === undefined || encoded === undefined) return BROKEN;
  if (version !== VERSION)
    return { problem: "This link was created by another version of the playground, so its files cannot be read." };
  if (encoded.length > LONGEST_READ) return TOO_LARGE;
  const bytes = fromBase64Url(encoded);
  if (bytes === undefined || bytes.length === 0) return BROKEN;
  const text = await inflate(bytes);
  return text === undefined ? BROKEN : text === "too large" ? TOO_LARGE : readArchive(text.json);
}

/** Reads what `archiveOf` returns; never throws. */
export function readArchive(json: string): ReadLink {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return BROKEN;
  }
  const entries: unknown = typeof value === "object" && value !== null && "files" in value ? value.files : undefined;
  if (!Array.isArray(entries) || entries.length === 0) return BROKEN;
  if (entries.length > LIMITS.files) return { problem: `A link can contain at most ${LIMITS.files} files.` };
  const files: PlaygroundFile[] = [];
  let size = 0;
  for (const entry of entries as readonly unknown[]) {
    if (!Array.isArray(entry) || entry.length !== 2) return BROKEN;
    const [name, text] = entry as readonly unknown[];
    if (typeof name !== "string" || typeof text !== "string") return BROKEN;
    const mistake = nameMistake(
      name,
      files.map((file) => file.name),
    );
    if (mistake !== undefined) return { problem: `A file name in this link cannot be used. ${mistake}` };
    size += text.length;
    if (size > LIMITS.textBytes) return TOO_LARGE;
    files.push({ name, text });
  }
  return { files };
}

/** Inflates at most the limit of bytes, however large the whole text is. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<{ readonly json: string } | "too large" | undefined> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let json = "";
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { json: json + decoder.decode() };
      size += value.length;
      // JSON needs more bytes than the text; what it may hold is checked again when it is read.
      if (size > 2 * LIMITS.textBytes) {
        await reader.cancel();
        return "too large";
      }
      json += decoder.decode(value, { stream: true });
    }
  } catch {
    return undefined;
  }
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += 8192)
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
  } catch {
    return undefined;
  }
}
