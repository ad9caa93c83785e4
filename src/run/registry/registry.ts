// Requests to registries of images: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { found, problem, type Result } from "../../base/result.ts";
import type { Environment } from "../../system/environment.ts";
import { readAtMost } from "../../system/read-at-most.ts";
import { findLogin, type Login } from "./docker-config.ts";
import { DOCKER_HUB, type ImageReference } from "./image-reference.ts";

/** The context of requests. */
export interface RegistryContext {
  /** The environment in which saved logins are looked for. */
  readonly environment: Environment;
  /** How long a registry may take for one answer, in milliseconds. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
}

/** A request. */
export interface RegistryRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH";
  /** Below the repository, such as `/manifests/latest`, or an absolute URL that the registry has sent. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | StreamedBody;
}

/** A body that is too large for memory. It is read again if the registry asks for a token first. */
export interface StreamedBody {
  readonly bytes: number;
  readonly stream: () => AsyncIterable<Uint8Array>;
}

/** One repository of a registry. Tokens are kept for further requests. */
export interface Repository {
  /**
   * Sends a request, with a token if the registry asks for one. The caller judges the status. `fetch` follows redirects, and does not
   * send the token to another server.
   */
  readonly send: (request: RegistryRequest) => Promise<Result<Response>>;
}

/** Manifests of one image, and indexes of images for several processors. */
export const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** Opens a repository. `actions` are what tokens must allow: `pull`, or `pull,push`. */
export function openRepository(reference: ImageReference, actions: string, context: RegistryContext): Repository {
  const { registry, repository } = reference;
  const origin = originOf(registry);
  let authorization: string | undefined;
  const sendOnce = async ({ method, path, headers = {}, body }: RegistryRequest): Promise<Result<Response>> => {
    const url = new URL(path.startsWith("/") ? `/v2/${repository}${path}` : path, origin);
    const isOwn = url.origin === new URL(origin).origin;
    const sent = { ...headers, ...(authorization !== undefined && isOwn && { authorization }) };
    const shown = `the registry ${registry}`;
    if (typeof body !== "object" || body instanceof Uint8Array)
      return fetchFrom(url.href, { method, headers: sent, ...(body !== undefined && { body }) }, shown, context);
    const length = { "content-length": String(body.bytes) };
    return fetchFrom(url.href, { method, headers: { ...sent, ...length } }, shown, context, body.stream());
  };
  return {
    send: async (request) => {
      const first = await sendOnce(request);
      if (first.kind === "problem" || first.value.status !== 401) return first;
      const challenge = first.value.headers.get("www-authenticate") ?? "";
      await first.value.body?.cancel();
      const answer = await answerTo(challenge, reference, actions, context);
      if (answer.kind === "problem") return answer;
      authorization = answer.value;
      return sendOnce(request);
    },
  };
}

/** The digest of an image: of its index if it has one, so that it is the same for every processor. */
export async function resolveDigest(reference: ImageReference, context: RegistryContext): Promise<Result<string>> {
  if (reference.digest !== undefined) return found(reference.digest);
  const repository = openRepository(reference, "pull", context);
  const request = { path: `/manifests/${reference.tag}`, headers: { accept: MANIFEST_TYPES.join(", ") } };
  const head = await repository.send({ ...request, method: "HEAD" });
  if (head.kind === "problem") return head;
  const refused = statusProblem(head.value, reference);
  if (refused !== undefined) return problem(refused);
  const digest = head.value.headers.get("docker-content-digest") ?? "";
  if (/^sha256:[0-9a-f]{64}$/.test(digest)) return found(digest);
  // The header is optional.
  const whole = await repository.send({ ...request, method: "GET" });
  if (whole.kind === "problem") return whole;
  const text = whole.value.ok ? await readBounded(whole.value, reference.registry, context) : problem("it was removed");
  if (text.kind === "problem") return text;
  return found(`sha256:${createHash("sha256").update(text.value).digest("hex")}`);
}

/** Why a registry did not send what was asked for; `undefined` if it did. */
export function statusProblem(
  { ok, status }: Response,
  { registry, repository, tag }: ImageReference,
): string | undefined {
  if (ok) return undefined;
  if (status === 404) return `the registry ${registry} has no image \`${repository}:${tag}\``;
  if (status === 401 || status === 403)
    return `the registry ${registry} does not allow access to \`${repository}\`; log in with \`docker login\` or \`podman login\``;
  if (status === 429) return `the registry ${registry} allows no more requests for now; log in, or try again later`;
  return `the registry ${registry} responded with status ${status}`;
}

/** Registries on this machine have no certificate. */
function originOf(registry: string): string {
  const host = registry === DOCKER_HUB ? "registry-1.docker.io" : registry;
  return `${isLoopback(host) ? "http" : "https"}://${host}`;
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}

/** The header that answers the challenge of a registry. */
async function answerTo(
  challenge: string,
  reference: ImageReference,
  actions: string,
  context: RegistryContext,
): Promise<Result<string>> {
  const { registry, repository } = reference;
  const login = await findLogin(registry, repository, context.environment, context.signal);
  if (login.kind === "problem") return login;
  if (/^basic\b/i.test(challenge)) {
    if (login.value?.kind === "password") return found(basic(login.value));
    return problem(`the registry ${registry} requires a login; log in with \`docker login\` or \`podman login\``);
  }
  const fields = new Map(
    Array.from(challenge.matchAll(/(\w+)="([^"]*)"/g), ([, name = "", value = ""]) => [name.toLowerCase(), value]),
  );
  const realm = fields.get("realm") ?? "";
  if (!/^bearer\b/i.test(challenge) || !URL.canParse(realm)) {
    return problem(`the registry ${registry} asks for a kind of login that is not supported`);
  }
  const url = new URL(realm);
  // The login must not be sent without encryption.
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.host) && isLoopback(registry)))
    return problem(`the registry ${registry} names a token server without encryption`);
  const scope = fields.get("scope") ?? `repository:${repository}:${actions}`;
  return requestToken(url, { service: fields.get("service") ?? registry, scope }, login.value, registry, context);
}

function basic({ user, password }: Extract<Login, { readonly kind: "password" }>): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
async function requestToken(
  url: URL,
  wanted: { readonly service: string; readonly scope: string },
  login: Login | undefined,
  registry: string,
  context: RegistryContext,
): Promise<Result<string>> {
  let request: RequestInit = { redirect: "error" };
  if (login?.kind === "token") {
    const form = { ...wanted, grant_type: "refresh_token", client_id: "modelwright", refresh_token: login.token };
    request = { ...request, method: "POST", body: new URLSearchParams(form) };
  } else {
    for (const [name, value] of Object.entries(wanted)) url.searchParams.set(name, value);
    if (login !== undefined) request = { ...request, headers: { authorization: basic(login) } };
  }
  const shown = `the token server of ${registry}`;
  const response = await fetchFrom(url.href, request, shown, context);
  if (response.kind === "problem") return response;
  if (!response.value.ok) {
    const hint = "check the login with `docker login` or `podman login`";
    return problem(`${shown} responded with status ${response.value.status}; ${hint}`);
  }
  const text = await readBounded(response.value, shown, context);
  if (text.kind === "problem") return text;
  try {
    const { token, access_token } = JSON.parse(text.value.toString("utf8"));
    const value = token ?? access_token;
    if (typeof value === "string" && /^[\x21-\x7e]+$/.test(value)) return found(`Bearer ${value}`);
  } catch {
    // The message below says it.
  }
  return problem(`${shown} sent no token`);
}

/**
 * Sends a request. The time limit ends with the headers of the answer, because a body may be large. It starts again with each part of a
 * streamed body that is sent. Errors of the stream are thrown.
 */
async function fetchFrom(
  url: string,
  request: RequestInit,
  shown: string,
  { signal, stallMs }: RegistryContext,
  stream?: AsyncIterable<Uint8Array>,
): Promise<Result<Response>> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), stallMs);
  let broken: unknown;
  const parts = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const part of stream ?? []) {
        timer.refresh();
        yield part;
      }
    } catch (error) {
      broken = error;
      throw error;
    }
  };
  const streamed = stream && { body: Readable.toWeb(Readable.from(parts())), duplex: "half" };
  const init = { ...request, ...streamed, signal: AbortSignal.any([signal, limit.signal]) } as RequestInit;
  try {
    return found(await fetch(url, init));
  } catch {
    signal.throwIfAborted();
    if (broken !== undefined) throw broken;
    return problem(
      limit.signal.aborted ? `${shown} did not answer within ${stallMs / 1000} s` : `${shown} cannot be reached`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** The maximum size of a manifest, which is also that of registries, and of a token. */
const MAX_ANSWER = 4 * 1024 * 1024;

/** The body of an answer, unless it is too large. */
export async function readBounded(
  response: Response,
  shown: string,
  { signal }: Pick<RegistryContext, "signal">,
): Promise<Result<Buffer>> {
  try {
    const bytes = await readAtMost(response.body ?? [], MAX_ANSWER);
    return bytes === undefined ? problem(`${shown} sent too much data`) : found(bytes);
  } catch {
    signal.throwIfAborted();
    return problem(`the connection to ${shown} failed`);
  }
}
