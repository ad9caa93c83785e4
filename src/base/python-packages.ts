// The packages that provide well-known modules. A name that is not in this table is never suggested as a package:
// someone may have registered a package under the misspelled name.

/** Packages whose modules have a different name. */
const RENAMED: Readonly<Record<string, string>> = {
  attr: "attrs",
  Bio: "biopython",
  bs4: "beautifulsoup4",
  Crypto: "pycryptodome",
  cv2: "opencv-python",
  dateutil: "python-dateutil",
  distutils: "setuptools",
  dotenv: "python-dotenv",
  efficientnet_pytorch: "efficientnet-pytorch",
  faiss: "faiss-cpu",
  fitz: "pymupdf",
  git: "gitpython",
  "google.protobuf": "protobuf",
  grpc: "grpcio",
  huggingface_hub: "huggingface-hub",
  hydra: "hydra-core",
  jwt: "pyjwt",
  mpl_toolkits: "matplotlib",
  open_clip: "open-clip-torch",
  OpenSSL: "pyopenssl",
  paddle: "paddlepaddle",
  PIL: "pillow",
  pkg_resources: "setuptools",
  psycopg2: "psycopg2-binary",
  pydantic_settings: "pydantic-settings",
  pytorch_lightning: "pytorch-lightning",
  "ruamel.yaml": "ruamel.yaml",
  segmentation_models_pytorch: "segmentation-models-pytorch",
  sentence_transformers: "sentence-transformers",
  serial: "pyserial",
  SimpleITK: "simpleitk",
  skimage: "scikit-image",
  sklearn: "scikit-learn",
  smart_open: "smart-open",
  tensorflow_hub: "tensorflow-hub",
  torch_geometric: "torch-geometric",
  typing_extensions: "typing-extensions",
  umap: "umap-learn",
  yaml: "pyyaml",
  zmq: "pyzmq",
};

/** Packages with the same name as their module. */
const SAME_NAME = [
  "accelerate aiohttp albumentations attrs av boto3 botocore catboost click dask datasets diffusers efemarai einops",
  "fastapi flask flax fsspec geopandas h5py httpx imageio jax jaxlib jinja2 joblib keras kornia librosa lightgbm",
  "lightning loguru lxml matplotlib mlflow mmcv mmdet mmengine msgspec networkx nibabel nltk numba numpy omegaconf",
  "onnx onnxruntime openpyxl openvino orjson packaging pandas plotly polars psutil pyarrow pycocotools pydantic",
  "pydicom pytest rasterio ray redis regex requests rich s3fs safetensors scipy seaborn sentencepiece setuptools",
  "shapely six soundfile spacy supervision sympy tensorboard tensorflow tifffile timm tokenizers torch torchaudio",
  "torchvision tqdm transformers typer ultralytics urllib3 uvicorn wandb xgboost",
].flatMap((line) => line.split(" "));

const PACKAGES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(RENAMED),
  ...SAME_NAME.map((name) => [name, name] as const),
]);

/** The package that usually provides a module, given its dotted name; `undefined` if unknown. */
export function packageOf(module: string): string | undefined {
  const parts = module.split(".");
  return PACKAGES.get(parts.slice(0, 2).join(".")) ?? PACKAGES.get(parts[0] ?? "");
}

/** The well-known module whose name differs by one letter or by two swapped letters; `undefined` if there is none. */
export function similarModule(module: string): string | undefined {
  const [top = ""] = module.split(".");
  if (top.length < MIN_LENGTH) return undefined;
  const near = [...PACKAGES.keys()].filter((name) => differsByOne(top, name));
  return near.length === 1 ? near[0] : undefined;
}

/** Shorter names are within one letter of too many others. */
const MIN_LENGTH = 4;

function differsByOne(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [left, right] = [a.slice(start), b.slice(start)];
  if (left.slice(1) === right || left === right.slice(1) || left.slice(1) === right.slice(1)) return left !== right;
  return left.slice(0, 2) === right.slice(0, 2).split("").reverse().join("") && left.slice(2) === right.slice(2);
}
