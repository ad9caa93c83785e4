// Options of models that run in containers. These types must not depend on the types of Node or of a browser.

/** A program that starts containers. */
export type ContainerEngine = "podman" | "docker";

/** What the containers of models may use. */
export interface ContainerOptions {
  /** `none` turns off the network of all containers. By default, they have the network that the engine sets up. */
  readonly network?: "none" | undefined;
  /** Files and folders that the code may read, in addition to its own, its files and the folder of the input. */
  readonly mounts?: readonly string[] | undefined;
  /** The maximum memory of each container, in bytes or with a unit: `512m`, `4g`. By default, there is no limit. */
  readonly memory?: string | undefined;
  /** The maximum number of CPUs of each container, such as 1.5. By default, there is no limit. */
  readonly cpus?: number | undefined;
  /** The maximum number of processes and threads of each container. Defaults to 4096. */
  readonly processes?: number | undefined;
}

/** Options that start containers. */
export interface ContainerChoice {
  /**
   * Whether models run in containers of their `image`: `true` uses Podman, or Docker if Podman is not installed. The value
   * `never` of the setting `container` of a definition overrides it, and `false` overrides the value `always`.
   */
  readonly container?: boolean | ContainerEngine | undefined;
  /** What containers may use. */
  readonly containerOptions?: ContainerOptions | undefined;
}

/** Reads an amount of memory; `undefined` if the text is not one. */
export function parseMemory(text: string): string | undefined {
  return /^[1-9]\d{0,14}[bkmg]?$/i.test(text) ? text.toLowerCase() : undefined;
}
