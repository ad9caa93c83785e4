// Addresses of hosts: `ssh://USER@HOST:PORT/FOLDER`.
import { found, problem, type Result } from "../../base/result.ts";
import { parseSshUrl, type SshTarget } from "../../system/ssh.ts";

/** A host that the OpenSSH client can reach. */
export interface HostAddress extends SshTarget {
  /** The folder for packages: an absolute path, or one that starts with `~/`. By default, it is in the cache of the user. */
  readonly folder: string | undefined;
}

const INVALID = "is not the address of a host; write `ssh://USER@HOST` or `ssh://USER@HOST:PORT/FOLDER`";

/** Reads the address of a host. The problem is a clause that follows the address. */
export function parseHost(text: string): Result<HostAddress> {
  if (!/^ssh:\/\/[^?#]*$/.test(text)) return problem(INVALID);
  const url = parseSshUrl(text, INVALID);
  if (url.kind === "problem") return url;
  const folder = decode(url.value.path);
  if (folder === undefined)
    return problem(
      "has a folder that is not valid: `%` must start an escape sequence, and control characters are not allowed",
    );
  const hasFolder = folder !== "" && folder !== "/";
  return found({ ...url.value.target, folder: hasFolder ? folder.replace(/^\/~\//, "~/") : undefined });
}

function decode(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: paths with control characters are rejected
    return /[\u0000-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
