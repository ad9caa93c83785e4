// Fetches the code of a repository into the cache, one folder per commit. A folder is added atomically and compared with its
// commit each time it is used. The cache contains neither URLs nor the names of branches or commits.
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { found, messageOf, problem, type Result } from "../../base/result.ts";
import { isFolder } from "../../system/paths.ts";
import { cacheProblem, readCached, withLock } from "./cache.ts";
import { type GitContext, git, type Remote } from "./git.ts";
import { openRelay } from "./git-relay.ts";
import { isCheckoutOf, readObjects, withoutHashes } from "./git-tree.ts";

/** The code to fetch: a commit, the tip of a branch or tag, or by default the `HEAD` of the repository. */
export interface CheckoutRequest {
  readonly remote: Remote;
  /** Whether the URL comes from the environment. It is then hidden from Git, which is possible only for HTTP and HTTPS. */
  readonly isHidden?: boolean;
  readonly branch?: string | undefined;
  readonly commit?: string | undefined;
  /** The branch or commit as messages show it. Defaults to its value. */
  readonly shown?: string | undefined;
}

/** The context in which code is fetched. */
export interface CheckoutContext extends GitContext {
  /** The cache folder. */
  readonly cache: string;
  /** Whether only the cache may be used. */
  readonly offline?: boolean | undefined;
}

/** Code in the cache. */
export interface Checkout {
  readonly folder: string;
  readonly commit: string;
}

/** Whether a text is the full hash of a commit. */
export function isFullHash(text: string | undefined): text is string {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text ?? "");
}

/** The attributes of a repository can start programs and change file contents. These override them. */
const NO_ATTRIBUTES = "* -text !eol -ident !filter !working-tree-encoding\n";

/**
 * Returns the folder of a commit. If the cache has the commit of a full hash, the server is not contacted. Only the reason of
 * the signal is thrown.
 */
export async function checkout(request: CheckoutRequest, context: CheckoutContext): Promise<Result<Checkout>> {
  const name = request.commit ?? request.branch ?? "HEAD";
  const shown = request.shown ?? `\`${name}\``;
  if (name.startsWith("-") || /[\0-\x20~^:?*[\\]|\.\.|@\{/.test(name))
    return problem(`${shown} is not a valid name of a branch or commit`);
  const refused = cacheProblem(context.cache);
  if (refused !== undefined) return problem(refused);
  const repository = join(context.cache, "code", shortHash(request.remote.url));
  try {
    await mkdir(repository, { recursive: true });
    return await withLock(`${repository}.lock`, context.signal, () =>
      checkoutInto(repository, { ...request, shown }, context),
    );
  } catch (error) {
    context.signal.throwIfAborted();
    return problem(`the cache cannot be written: ${messageOf(error)}`);
  }
}

type ShownRequest = CheckoutRequest & { readonly shown: string };

async function checkoutInto(
  repository: string,
  request: ShownRequest,
  context: CheckoutContext,
): Promise<Result<Checkout>> {
  const { commit } = request;
  const known = isFullHash(commit) ? await findCheckout(repository, commit) : undefined;
  if (known !== undefined) return found(known);
  if (context.offline === true) return problem(notCached(request));
  return withGitFolder(repository, request, context, (temporary, remote) =>
    fetchCheckout(repository, { ...request, remote }, temporary, context),
  );
}

/** Asks a server whether it has the branch or the commit, as far as it says without sending it. */
export async function findTip(request: CheckoutRequest, context: CheckoutContext): Promise<Result<undefined>> {
  const repository = join(context.cache, "code", shortHash(request.remote.url));
  const shown = request.shown ?? `\`${request.commit ?? request.branch ?? "HEAD"}\``;
  const reason = cacheProblem(context.cache);
  if (reason !== undefined) return problem(reason);
  await mkdir(repository, { recursive: true });
  return withLock(`${repository}.lock`, context.signal, () =>
    withGitFolder(repository, request, context, async (temporary, remote) => {
      const call = { remote, gitFolder: join(temporary, "git"), workTree: temporary };
      await mkdir(temporary);
      const run: Run = (args, input) => git(args, { ...call, input }, context);
      const started = await run(["init", "--quiet", "--template="]);
      if (started.kind === "problem") return started;
      // A server lists only branches and tags. It has the commit if it answers, or a run will tell.
      const answer = isFullHash(request.commit)
        ? await run(["ls-remote", "--heads", "--", remote.url])
        : await resolveCommit({ ...request, remote, shown }, run);
      return answer.kind === "problem" ? answer : found(undefined);
    }),
  );
}

/** Calls a function with a temporary folder and the remote to use. The caller holds the lock of the repository. */
async function withGitFolder<Value>(
  repository: string,
  { remote, isHidden = false }: CheckoutRequest,
  context: CheckoutContext,
  work: (temporary: string, remote: Remote) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  // Only the holder of the lock creates temporary folders, so any that exist are left over from a process that was killed.
  for (const leftover of await readdir(repository)) {
    if (leftover.endsWith(".tmp")) await rm(join(repository, leftover), { recursive: true, force: true });
  }
  const relay = isHidden ? await openRelay(remote, context.stallMs, context.signal) : undefined;
  const temporary = join(repository, `${randomUUID()}.tmp`);
  try {
    const result = await work(temporary, relay?.remote ?? remote);
    const reason = relay?.problem();
    return result.kind === "problem" && reason !== undefined ? problem(reason) : result;
  } finally {
    relay?.close();
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Why nothing can be fetched. The cache has no branches, because they move. */
function notCached({ commit, shown }: ShownRequest): string {
  if (isFullHash(commit)) return `the commit ${shown} is not in the cache, and \`--offline\` does not allow a download`;
  return `\`--offline\` requires the full hash of a commit, not ${shown}; run \`modelwright lock\` with a network, which records it`;
}

/** Finds a commit in the cache. An entry that does not match its commit is removed. */
async function findCheckout(repository: string, commit: string): Promise<Checkout | undefined> {
  const folder = join(repository, shortHash(commit));
  if (!(await isFolder(folder))) return undefined;
  const objects = await readCached(`${folder}.objects`);
  if (objects !== undefined && (await isCheckoutOf(folder, commit, readObjects(objects, commit))))
    return { folder, commit };
  await rm(folder, { recursive: true, force: true });
  return undefined;
}

async function fetchCheckout(
  repository: string,
  request: ShownRequest,
  temporary: string,
  context: CheckoutContext,
): Promise<Result<Checkout>> {
  const [gitFolder, workTree] = [join(temporary, "git"), join(temporary, "files")];
  await mkdir(workTree, { recursive: true });
  const call = { remote: request.remote, gitFolder, workTree };
  const run: Run = (args, input) => git(args, { ...call, input }, context);

  const started = await run(["init", "--quiet", "--template="]);
  if (started.kind === "problem") return started;
  await mkdir(join(gitFolder, "info"), { recursive: true });
  await writeFile(join(gitFolder, "info", "attributes"), NO_ATTRIBUTES);

  const resolved = await resolveCommit(request, run);
  if (resolved.kind === "problem") return resolved;
  const known = resolved.value === undefined ? undefined : await findCheckout(repository, resolved.value);
  if (known !== undefined) return found(known);

  const fetched = await fetchCommit(request, resolved.value, run);
  if (fetched.kind === "problem") return fetched;
  const commit = fetched.value;
  const steps = [
    () => run(["update-ref", "--no-deref", "--stdin"], `update HEAD ${commit}\n`),
    () => run(["reset", "--hard", "--quiet"]),
    () => run(["ls-tree", "-r", "-t", "-d", "HEAD"]),
  ];
  let last: Result<Buffer> = started;
  for (const step of steps) {
    last = await step();
    if (last.kind === "problem") return last;
  }
  const trees = last.value.toString("latin1").matchAll(/^\d+ tree ([0-9a-f]+)\t/gm);
  const wanted = [commit, `${commit}^{tree}`, ...Array.from(trees, ([, hash = ""]) => hash)];
  const objects = await run(["cat-file", "--batch"], `${[...new Set(wanted)].join("\n")}\n`);
  if (objects.kind === "problem") return objects;

  const folder = join(repository, shortHash(commit));
  await writeFile(join(temporary, "objects"), withoutHashes(objects.value), { mode: 0o600 });
  await rename(join(temporary, "objects"), `${folder}.objects`);
  await rename(workTree, folder).catch(async (error: unknown) => {
    if (!(await isFolder(folder))) throw error;
  });
  return found({ folder, commit });
}

type Run = (args: readonly string[], input?: string) => Promise<Result<Buffer>>;

/** The full hash of the commit, given or resolved by the server; `undefined` for an abbreviated hash. */
async function resolveCommit(
  { remote, branch, commit, shown }: ShownRequest,
  run: Run,
): Promise<Result<string | undefined>> {
  if (commit !== undefined) return found(isFullHash(commit) ? commit : undefined);
  const names =
    branch === undefined ? ["HEAD"] : [`refs/heads/${branch}`, `refs/tags/${branch}^{}`, `refs/tags/${branch}`];
  const args = branch === undefined ? ["--", remote.url, "HEAD"] : ["--heads", "--tags", "--", remote.url];
  const listed = await run(["ls-remote", ...args]);
  if (listed.kind === "problem") return listed;
  const hashes = new Map(
    listed.value
      .toString()
      .split("\n")
      .map((line) => line.split("\t").reverse() as [string, string]),
  );
  const hash = names.map((each) => hashes.get(each)).find((each) => each !== undefined);
  return hash === undefined ? problem(`the repository has no branch ${shown}`) : found(hash);
}

/** Fetches only the commit if the server allows it, otherwise all branches and tags. Returns the full hash. */
async function fetchCommit(
  { remote, commit: given, shown }: ShownRequest,
  commit: string | undefined,
  run: Run,
): Promise<Result<string>> {
  const fetch = (options: readonly string[], refspec: string): Promise<Result<Buffer>> =>
    run(["fetch", "--progress", "--no-write-fetch-head", ...options, "--stdin", "--", remote.url], `${refspec}\n`);
  const shallow = commit === undefined ? undefined : await fetch(["--depth=1", "--no-tags"], commit);
  if (shallow?.kind !== "value") {
    const all = await fetch(["--tags"], "+refs/heads/*:refs/remotes/origin/*");
    if (all.kind === "problem") return shallow ?? all;
  }
  const wanted = commit ?? given ?? "HEAD";
  const parsed = await run(["cat-file", "--batch-check"], `${wanted}^{commit}\n`);
  if (parsed.kind === "problem") return parsed;
  const [, whole] = /^([0-9a-f]+) commit \d+\n/.exec(parsed.value.toString()) ?? [];
  return whole === undefined ? problem(`the repository has no commit ${shown}`) : found(whole);
}

/** A name for the cache that does not reveal the text. */
function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
