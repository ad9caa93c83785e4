// The option that runs models on another host. This type must not depend on the types of Node or of a browser.

/** Where models run instead of on this machine. */
export interface HostChoice {
  /**
   * A host that the OpenSSH client of this machine can reach: `ssh://USER@HOST:PORT/FOLDER`. The code and the files of the models, and
   * the folder of the input, are sent to FOLDER (by default `~/.cache/modelwright/packages`). The Python is `python`, or `python3`. With
   * `container`, models run in containers of the host.
   */
  readonly host?: string | undefined;
}
