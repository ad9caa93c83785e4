import type { Environment } from "../../system/environment.ts";

/** Variables that choose programs, or files that name programs. */
const OF_PROGRAMS = [
  ...["PATH", "HOME", "SSH_AUTH_SOCK", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"],
  ...["CLOUDSDK_CONFIG", "CLOUDSDK_PYTHON", "AZURE_CONFIG_DIR"],
] as const;

/**
 * The environment in which drivers look for credentials: that of the run, so an `--env-file` can contain keys. But such a file must
 * not choose which programs are started.
 */
export function storageEnvironment(environment: Environment, programEnvironment: Environment): Environment {
  return { ...environment, ...Object.fromEntries(OF_PROGRAMS.map((name) => [name, programEnvironment[name]])) };
}
