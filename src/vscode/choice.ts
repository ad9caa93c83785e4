// Chooses the Modelwright that serves the editor: the one of the extension, or the one that a project has installed.

/** The values of the setting `modelwright.server`. */
export const SERVER_SETTINGS = ["auto", "bundled", "project"] as const;

export type ServerSetting = (typeof SERVER_SETTINGS)[number];

/** The Modelwright that is used. */
export interface Choice {
  readonly kind: "bundled" | "project";
  /** The absolute path of its program, for Node.js. */
  readonly main: string;
  /** Why it was chosen, as a clause that follows a comma. */
  readonly because: string;
  /** Whether the setting asks for a different one. */
  readonly isSubstitute: boolean;
}

/** The facts that determine the choice. */
export interface Situation {
  readonly setting: ServerSetting;
  readonly isTrusted: boolean;
  /** The program of the extension. */
  readonly bundled: string;
  /** The program that the project has installed; `undefined` if there is none that can serve an editor. */
  readonly project: string | undefined;
}

/** Chooses the program. Code of a workspace that is not trusted is never chosen. */
export function chooseServer({ setting, isTrusted, bundled, project }: Situation): Choice {
  const own = (because: string, isSubstitute = false): Choice => ({
    kind: "bundled",
    main: bundled,
    because,
    isSubstitute,
  });
  if (setting === "bundled") return own("as the setting modelwright.server says");
  if (!isTrusted) return own("because the workspace is not trusted");
  if (project !== undefined) {
    const because =
      setting === "project" ? "as the setting modelwright.server says" : "because the project has installed it";
    return { kind: "project", main: project, because, isSubstitute: false };
  }
  return own(
    "because no workspace folder has a Modelwright with a language server in node_modules",
    setting === "project",
  );
}

/** The value of the setting; the default if the value is not a possible one. */
export function serverSetting(value: unknown): ServerSetting {
  return SERVER_SETTINGS.find((each) => each === value) ?? "auto";
}
