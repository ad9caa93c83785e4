// Selects the environment variables that a worker gets: those that its plan names, those that the user passes, and those of a
// table, which describe this machine. All others are withheld, such as credentials of other models, cloud keys and CI tokens.
import { credentialInName } from "../../base/credential-names.ts";
import { findTokens } from "../../base/token-shapes.ts";
import type { WorkerError } from "./reply.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The table. `*` matches any suffix. src/docs/running.md also lists it. */
export const PASSED: readonly string[] = [
  // Programs, the user, the locale and temporary files.
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "NO_COLOR"],
  ...["LANG", "LANGUAGE", "LC_*", "TZ", "TZDIR", "TMPDIR", "TMP", "TEMP"],
  ...["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"],
  // Network proxies and certificates.
  ...["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"],
  // Python and its environments.
  ...["PYTHON*", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PYENV_ROOT", "PYENV_VERSION"],
  // Native libraries.
  ...["LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "MALLOC_*"],
  ...["OMP_*", "GOMP_*", "KMP_*", "MKL_*", "OPENBLAS_*", "BLIS_*", "NUMEXPR_*", "VECLIB_*", "RAYON_NUM_THREADS"],
  // GPUs.
  ...["CUDA_*", "CUDNN_*", "CUBLAS_*", "NVIDIA_*", "NCCL_*", "GPU_*"],
  ...["HIP_*", "ROCR_*", "ROCM_*", "HSA_*", "MIOPEN_*", "ZE_*", "ONEAPI_*"],
  // Machine learning libraries.
  ...["HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_ENDPOINT", "HF_DATASETS_CACHE", "HF_DATASETS_OFFLINE"],
  ...["TRANSFORMERS_CACHE", "TRANSFORMERS_OFFLINE", "TOKENIZERS_PARALLELISM", "SENTENCE_TRANSFORMERS_HOME"],
  ...["TORCH_*", "PYTORCH_*", "TRITON_*", "XLA_*", "JAX_*", "KERAS_*", "NUMBA_*", "NLTK_DATA", "MPLCONFIGDIR"],
  // Not `TF_*`, because variables of Terraform also start with it, and they often contain credentials.
  ...["TF_CPP_*", "TF_ENABLE_*", "TF_FORCE_*", "TF_GPU_*", "TF_NUM_*", "TF_XLA_*", "OPENCV_*", "ORT_*"],
  // Modelwright.
  "MODELWRIGHT_*",
];

/**
 * The table for containers. Paths, programs and the user of this machine mean nothing there, and an image has its own values.
 * src/docs/containers.md also lists it.
 */
export const PASSED_TO_CONTAINERS: readonly string[] = [
  ...["NO_COLOR", "TZ"],
  ...["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"],
  ...["OMP_*", "GOMP_*", "KMP_*", "MKL_*", "OPENBLAS_*", "BLIS_*", "NUMEXPR_*", "RAYON_NUM_THREADS"],
  ...["CUDA_VISIBLE_DEVICES", "HF_ENDPOINT", "HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE"],
  "TOKENIZERS_PARALLELISM",
];

/** A URL with a user or a password, such as that of a proxy. `curl` and Python also accept one without a scheme. */
const USER_IN_ADDRESS = /(?:^|\/\/)[^\s/@]+:[^\s/@]*@|\/\/[^\s/@]+@/;

/** The environment of a worker: the named variables, and those of a table that contain no credential. */
export function passedEnvironment(
  environment: Environment,
  names: Iterable<string>,
  table: readonly string[] = PASSED,
): Readonly<Record<string, string>> {
  const passed = new Map<string, string>();
  const isInTable = tableOf(table);
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && isInTable(name) && !isCredential(name, value)) passed.set(name, value);
  }
  for (const name of names) {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value !== undefined) passed.set(name, value);
  }
  return Object.fromEntries(passed);
}

function tableOf(table: readonly string[]): (name: string) => boolean {
  const names = new Set(table);
  const beginnings = table.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  return (name) => names.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
}

/** Whether a variable is a credential. A name that matches the table may be one, such as `NVIDIA_API_KEY`. */
function isCredential(name: string, value: string): boolean {
  return credentialInName(name) !== undefined || USER_IN_ADDRESS.test(value) || findTokens(value).length > 0;
}

/** A hint for an error about a missing variable that is set here but was not passed; otherwise empty. */
export function adviceForVariable(
  { variable: name }: WorkerError,
  environment: Environment,
  passed: Iterable<string>,
  table?: readonly string[],
): string {
  if (name === undefined || !Object.hasOwn(environment, name) || environment[name] === undefined) return "";
  if (Object.hasOwn(passedEnvironment(environment, passed, table), name)) return "";
  return `; ${name} is set but was not passed to the model; pass it with \`--pass-env ${name}\` (\`passEnv\` of \`start\`)`;
}
