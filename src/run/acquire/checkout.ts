// Brings the code of a repository into the cache: one folder a commit, which is there as a whole or not at all.
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isFolder } from "../paths.ts";
import { found, messageOf, problem, type Result } from "../result.ts";
import { withLock } from "./cache.ts";
import { type GitContext, git, type Remote } from "./git.ts";

/** Which code is wanted: a commit, else the tip of a branch or tag, else what the server holds to be the usual one. */
export interface CheckoutRequest {
  readonly remote: Remote;
  readonly branch?: string | undefined;
  readonly commit?: string | undefined;
}

/** Code in the cache. */
export interface Checkout {
  readonly folder: string;
  readonly commit: string;
}

const WHOLE_HASH = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** Gives the folder of a commit; with a full hash that is in the cache, nobody is asked. */
export async function checkout(
  request: CheckoutRequest,
  context: GitContext & { readonly cache: string },
): Promise<Result<Checkout>> {
  const name = request.commit ?? request.branch ?? "HEAD";
  if (name.startsWith("-") || /[\0-\x20~^:?*[\\]|\.\.|@\{/.test(name))
    return problem(`\`${name}\` is no name of a branch or commit`);
  const key = createHash("sha256").update(request.remote.url).digest("hex").slice(0, 32);
  const place = join(context.cache, "code", key);
  try {
    await mkdir(place, { recursive: true });
    return await withLock(`${place}.lock`, context.signal, () => checkoutInto(place, request, context));
  } catch (error) {
    context.signal.throwIfAborted();
    return problem(`the cache cannot be written: ${messageOf(error)}`);
  }
}

async function checkoutInto(place: string, request: CheckoutRequest, context: GitContext): Promise<Result<Checkout>> {
  const resolved = await resolveCommit(request, context);
  if (resolved.kind === "problem") return resolved;
  const commit = resolved.value;
  if (commit !== undefined && (await isFolder(join(place, commit))))
    return found({ folder: join(place, commit), commit });
  // Whoever began and did not finish does not hold the lock any more.
  for (const left of await readdir(place)) {
    if (left.endsWith(".tmp")) await rm(join(place, left), { recursive: true, force: true });
  }
  const temporary = join(place, `${randomUUID()}.tmp`);
  try {
    const made = await make(request, commit, temporary, context);
    if (made.kind === "problem") return made;
    const folder = join(place, made.value);
    await rename(temporary, folder).catch(async (error: unknown) => {
      if (!(await isFolder(folder))) throw error;
    });
    return found({ folder, commit: made.value });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The full hash, if it is given or the server says it. */
async function resolveCommit(
  { remote, branch, commit }: CheckoutRequest,
  context: GitContext,
): Promise<Result<string | undefined>> {
  if (commit !== undefined) return found(WHOLE_HASH.test(commit) ? commit : undefined);
  const names =
    branch === undefined ? ["HEAD"] : [`refs/heads/${branch}`, `refs/tags/${branch}^{}`, `refs/tags/${branch}`];
  const listed = await git(["ls-remote", "--", remote.url, ...names], remote, context);
  if (listed.kind === "problem") return listed;
  const hashes = new Map(listed.value.split("\n").map((line) => line.split("\t").reverse() as [string, string]));
  const hash = names.map((each) => hashes.get(each)).find((each) => each !== undefined);
  return hash === undefined ? problem(`the repository has no branch \`${branch ?? "HEAD"}\``) : found(hash);
}

/** Fetches into a new folder: only the commit where the server allows it, else everything. Gives the full hash. */
async function make(
  { remote, commit: given }: CheckoutRequest,
  commit: string | undefined,
  folder: string,
  context: GitContext,
): Promise<Result<string>> {
  const run = (...args: readonly string[]) => git(args, remote, context, folder);
  await mkdir(folder);
  const started = await run("init", "--quiet", "--template=");
  if (started.kind === "problem") return started;
  const shallow =
    commit === undefined
      ? undefined
      : await run("fetch", "--quiet", "--depth=1", "--no-tags", "--", remote.url, commit);
  if (shallow?.kind !== "value") {
    const all = await run("fetch", "--quiet", "--tags", "--", remote.url, "+refs/heads/*:refs/remotes/origin/*");
    if (all.kind === "problem") return shallow ?? all;
  }
  const parsed = await run("rev-parse", "--verify", "--quiet", "--end-of-options", `${commit ?? given}^{commit}`);
  if (parsed.kind === "problem") return problem(`the repository has no commit \`${commit ?? given}\``);
  const whole = parsed.value.trim();
  const done = await run("checkout", "--quiet", "--detach", whole);
  return done.kind === "problem" ? done : found(whole);
}
