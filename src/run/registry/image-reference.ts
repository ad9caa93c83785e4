// Where an image is: https://pkg.go.dev/github.com/distribution/reference

/** The parts of the name of an image. */
export interface ImageReference {
  /** The host, with a port if it has one. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** `sha256:…`, which is more precise than the tag. */
  readonly digest: string | undefined;
}

/** The registry of names without a host. */
export const DOCKER_HUB = "docker.io";

/** Reads the name of an image, as Docker does: a name without a registry is on Docker Hub, and the default tag is `latest`. */
export function readImageName(name: string): ImageReference | undefined {
  const form =
    /^(?:(?<host>localhost(?::\d+)?|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?|[A-Za-z0-9-]+:\d+|\[[0-9a-fA-F:]+\](?::\d+)?)\/)?(?<path>[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$/;
  const { host, path = "", tag = "latest", digest } = (name.length > MAX_NAME ? null : form.exec(name))?.groups ?? {};
  if (path === "") return undefined;
  const registry = host ?? DOCKER_HUB;
  const isOfficial = registry === DOCKER_HUB && !path.includes("/");
  return { registry, repository: isOfficial ? `library/${path}` : path, tag, digest };
}

const MAX_NAME = 512;
