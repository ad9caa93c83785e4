// The addresses of the server.
import { quote } from "../base/quote.ts";
import { RequestProblem } from "./problem.ts";

/** What a request asks for. `model` is a name from the client. */
export type Route =
  | { readonly kind: Plain }
  | { readonly kind: OfModel; readonly model: string; readonly version: string | undefined };

type Plain = (typeof PLAIN)[number][1];
type OfModel = "model" | "model-ready" | "infer" | "predict";

/** The kind of each route, for metrics. */
export type RouteKind = Route["kind"];

const PLAIN = [
  ["/", "page"],
  ["/v2", "server"],
  ["/v2/health/live", "live"],
  ["/v2/health/ready", "ready"],
  ["/metrics", "metrics"],
  ["/openapi.json", "openapi"],
] as const;

/** Routes that anyone may use, even if a token is required: probes have none, and a browser shows the page before it has one. */
export const OPEN_ROUTES: ReadonlySet<RouteKind> = new Set(["page", "live", "ready"]);

/** Routes of the Open Inference Protocol, whose errors have its form. */
export const PROTOCOL_ROUTES: ReadonlySet<RouteKind> = new Set([
  "server",
  "live",
  "ready",
  "model",
  "model-ready",
  "infer",
]);

const MODEL = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|infer))?$/;
const PREDICT = /^\/models\/([^/]+)\/predict$/;

/** The methods of a route, as the header `Allow` lists them. */
export function methodsOf({ kind }: Route): readonly string[] {
  return kind === "infer" || kind === "predict" ? ["POST"] : ["GET", "HEAD"];
}

/** Finds the route of a path. Throws a `RequestProblem`. */
export function routeOf(url: string): Route {
  const [path = ""] = url.split("?", 1);
  // Some clients write a slash at the end.
  const plain = path === "/" ? path : path.replace(/\/$/, "");
  const [, kind] = PLAIN.find(([known]) => known === plain) ?? [];
  if (kind !== undefined) return { kind };
  const predict = PREDICT.exec(plain);
  if (predict !== null) return { kind: "predict", model: decoded(predict[1]), version: undefined };
  const [, model, version, action] = MODEL.exec(plain) ?? [];
  if (model === undefined) throw new RequestProblem(404, `there is nothing at ${quote(path)}`);
  const kinds = { ready: "model-ready", infer: "infer" } as const;
  const found = action === "ready" || action === "infer" ? kinds[action] : "model";
  return { kind: found, model: decoded(model), version: version === undefined ? undefined : decoded(version) };
}

/** Whether a path belongs to the Open Inference Protocol, even if there is nothing at it. */
export function isProtocolPath(url: string): boolean {
  return /^\/v2(?:[/?]|$)/.test(url);
}

function decoded(text = ""): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestProblem(400, `${quote(text)} is not a valid part of a URL`);
  }
}
