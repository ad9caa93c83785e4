// Which variables of the environment the process of a model gets: those that its plan names, those that were asked for, and
// those of a table, which say how this machine is to be used. Everything else stays here: other models' credentials, keys of a
// cloud, tokens of CI.
import { credentialInName } from "../../base/credential-names.ts";
import { findTokens } from "../../base/token-shapes.ts";
import type { WorkerError } from "./reply.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The table; `*` stands for any ending. src/docs/running.md lists it, too. */
export const PASSED: readonly string[] = [
  // Where programs, the user and temporary files are, and which language is spoken.
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "NO_COLOR"],
  ...["LANG", "LANGUAGE", "LC_*", "TZ", "TZDIR", "TMPDIR", "TMP", "TEMP"],
  ...["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"],
  // The way to the network.
  ...["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"],
  // Python, and what chooses one.
  ...["PYTHON*", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PYENV_ROOT", "PYENV_VERSION"],
  // Native libraries.
  ...["LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "MALLOC_*"],
  ...["OMP_*", "GOMP_*", "KMP_*", "MKL_*", "OPENBLAS_*", "BLIS_*", "NUMEXPR_*", "VECLIB_*", "RAYON_NUM_THREADS"],
  // Processors of graphics.
  ...["CUDA_*", "CUDNN_*", "CUBLAS_*", "NVIDIA_*", "NCCL_*", "GPU_*"],
  ...["HIP_*", "ROCR_*", "ROCM_*", "HSA_*", "MIOPEN_*", "ZE_*", "ONEAPI_*"],
  // Libraries for models.
  ...["HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_ENDPOINT", "HF_DATASETS_CACHE", "HF_DATASETS_OFFLINE"],
  ...["TRANSFORMERS_CACHE", "TRANSFORMERS_OFFLINE", "TOKENIZERS_PARALLELISM", "SENTENCE_TRANSFORMERS_HOME"],
  ...["TORCH_*", "PYTORCH_*", "TRITON_*", "XLA_*", "JAX_*", "KERAS_*", "NUMBA_*", "NLTK_DATA", "MPLCONFIGDIR"],
  // Not `TF_*`: the variables of Terraform, which are credentials often enough, begin like that, too.
  ...["TF_CPP_*", "TF_ENABLE_*", "TF_FORCE_*", "TF_GPU_*", "TF_NUM_*", "TF_XLA_*", "OPENCV_*", "ORT_*"],
  // Ours.
  "MODELWRIGHT_*",
];

const NAMES = new Set(PASSED);
const BEGINNINGS = PASSED.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));

/** An address with a user or a password in it, as a proxy may have; `curl` and Python take it without a scheme, too. */
const USER_IN_ADDRESS = /(?:^|\/\/)[^\s/@]+:[^\s/@]*@|\/\/[^\s/@]+@/;

/** The environment of a model's process: these variables, and those of the table that hold no credential. */
export function passedEnvironment(environment: Environment, names: Iterable<string>): Readonly<Record<string, string>> {
  const passed = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && isInTable(name) && !isCredential(name, value)) passed.set(name, value);
  }
  for (const name of names) {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value !== undefined) passed.set(name, value);
  }
  return Object.fromEntries(passed);
}

function isInTable(name: string): boolean {
  return NAMES.has(name) || BEGINNINGS.some((beginning) => name.startsWith(beginning));
}

/** Also of a name of the table, such as `NVIDIA_API_KEY`. */
function isCredential(name: string, value: string): boolean {
  return credentialInName(name) !== undefined || USER_IN_ADDRESS.test(value) || findTokens(value).length > 0;
}

/** What to do about an error that a variable is not there, which is set here and was not passed; empty for others. */
export function adviceForVariable(
  { variable: name }: WorkerError,
  environment: Environment,
  passed: Iterable<string>,
): string {
  if (name === undefined || !Object.hasOwn(environment, name) || environment[name] === undefined) return "";
  if (Object.hasOwn(passedEnvironment(environment, passed), name)) return "";
  return `; ${name} is set, but was not passed to the model: pass it with \`--pass-env ${name}\` (\`passEnv\` of \`start\`)`;
}
