// Whether the name of a variable, an input or a key says that its value is a credential. The only table of its kind: the
// redactor of a run and the rules of `check` ask it. It sees names alone; values are judged where they are.

/**
 * What a name says about its value.
 * - `sure`: it is a credential, wherever the name occurs: `HF_TOKEN`, `dbPassword`, `client_secret`.
 * - `likely`: it is one as the name of an environment variable, but an ordinary word elsewhere: `GIT_KEY`, `SMTP_PASS`.
 * - `address`: a URL that usually has a password in it: `DATABASE_URL`.
 */
export type CredentialName = "sure" | "likely" | "address";

/** What a name says about its value; `undefined` when it does not say that it is a credential. Any case, any separators. */
export function credentialInName(name: string): CredentialName | undefined {
  if (name.length > LONGEST || !HINT.test(name)) return undefined;
  const words = wordsOf(name);
  for (let at = words.length - 1; at >= 0; at--) {
    const word = words[at] ?? "";
    const found = judge(word, words.slice(0, at), words.slice(at + 1));
    if (found !== undefined) return found === "none" ? undefined : found;
  }
  return undefined;
}

/**
 * Whether a `likely` name may as well be that of a key of a map, as `KEY` and `CLASSES_KEY` are: nothing in it says what the key
 * opens.
 */
export function mayBeKeyOfMap(name: string): boolean {
  if (credentialInName(name) !== "likely") return false;
  const words = wordsOf(name);
  return words.includes("KEY") && !words.some((word) => OPENED.some((opened) => opened.has(word)));
}

/** Longer names are not names. */
const LONGEST = 200;

/** Without one of these pieces, no name is a credential; that is much cheaper to know. */
const HINT = /tok|pass|pwd|secret|key|cred|auth|jwt|bearer|cookie|salt|psk|pat|sas|hook|dsn|conn|ur[il]|backend/i;

/** Set of the words of a text. */
const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Nouns that are credentials whatever they are part of. */
const SURE = set("TOKEN PASSWORD PASSWORDS PASSWD PASSPHRASE PASSCODE SECRET SECRETS CREDENTIAL CREDENTIALS CREDS JWT");

/** Nouns that are credentials at the end of a name. */
const LIKELY = set("TOKENS PASS PWD AUTH OAUTH AUTHORIZATION BEARER COOKIE COOKIES PAT SAS PSK SALT DSN");

/** What a key opens or signs, so that `…_KEY` cannot be the key of a map. */
const SURE_KEYS = set("API ACCESS SECRET PRIVATE AUTH ENCRYPTION SIGNING MASTER ACCOUNT SUBSCRIPTION");

/** What a key usually opens, though a map may have a key of this name. */
const LIKELY_KEYS = set(
  "ADMIN APP AWS AZURE CERT CERTIFICATE CLIENT CRYPTO DEPLOY DEPLOYMENT DSA ECDSA ED FERNET GCLOUD GCP GIT GITHUB GITLAB HMAC " +
    "KAGGLE LICENCE LICENSE PGP ROOT RSA S SA SERVER SERVICE SESSION SSH SSL STORAGE STORE TLS USER VAULT WEBHOOK",
);

const OPENED = [SURE, LIKELY, SURE_KEYS, LIKELY_KEYS];

/** What follows a credential in the name of a variable that is about it, and does not hold it. */
const ABOUT = set(
  "ID IDS NAME NAMES USER USERNAME FILE FILES FILENAME PATH PATHS DIR DIRECTORY FOLDER LOCATION URL URLS URI ENDPOINT HOST HOSTNAME PORT " +
    "SERVER SERVICE DOMAIN REGION LENGTH LEN SIZE COUNT COUNTS LIMIT LIMITS BUDGET TTL TYPE TYPES KIND MODE METHOD FORMAT ALGORITHM ALG " +
    "PREFIX SUFFIX HEADER EXPIRY EXPIRES EXPIRATION LIFETIME TIMEOUT DURATION INTERVAL AGE ENABLED DISABLED REQUIRED POLICY RULES SOCK " +
    "SOCKET PARALLELISM VERSION INDEX RATE THRESHOLD ARN ALIAS PROVIDER SCOPE SCOPES ISSUER AUDIENCE ROTATION MANAGER BACKEND PLUGIN " +
    "MODULE CLASS HELPER STORE CACHE COLUMN FIELD LABEL PARAM PATTERN REGEX SECURE HTTPONLY SAMESITE LATENCY USAGE COST PRICE",
);

/** What may follow a noun of `LIKELY`, or a key, without changing what it is: for which use it is, and how it is written. */
const VARIANTS = set(
  "PROD PRODUCTION DEV DEVELOPMENT STAGING TEST TESTING LIVE OLD NEW BACKUP JSON PEM BASE B HEX VALUE CONTENT CONTENTS",
);

/** Before a noun these say that it is counted, or whether there is one. */
const COUNTED = set("MAX MAXIMUM MIN MINIMUM NUM NUMBER N NB COUNT TOTAL AVG MEAN PER");
const ASKED = set("NO USE ALLOW REQUIRE REQUIRES ENABLE DISABLE HAS IS SKIP SHOW HIDE WITHOUT");

/** Directly before a noun these make it another thing: a mark of a tokenizer, a key of a map, a pass over data, a folder. */
const OTHERWISE: Readonly<Record<string, ReadonlySet<string>>> = {
  TOKEN: set(
    "PAD PADDING EOS BOS SOS EOT EOD UNK UNKNOWN SEP CLS MASK START END STOP SPECIAL BEGIN BLANK FILLER IMAGE IMG VISION AUDIO VIDEO LANGUAGE LANG",
  ),
  TOKENS: set(
    "PAD PADDING EOS BOS UNK SEP CLS MASK START END STOP SPECIAL IMAGE IMG VISION AUDIO VIDEO LANGUAGE NEW EXTRA ADDED ADDITIONAL PROMPT CONTEXT " +
      "CTX COMPLETION OUTPUT INPUT GENERATED GENERATION REASONING THINKING BUDGET BATCH BATCHED CACHED DRAFT SPECULATIVE RESERVED TRAIN EVAL TEXT",
  ),
  KEY: set(
    "PUBLIC PRIMARY FOREIGN SORT PARTITION CACHE OBJECT IMAGE LABEL COLUMN ROW DICT MAP JSON INPUT OUTPUT FEATURE FEATURES TARGET GROUP ROUTING " +
      "INDEX FIELD CONFIG BATCH DATASET RECORD HOT SHORTCUT ARROW ENTER RETURN ESC CTRL ALT SHIFT META MODIFIER ANY PREDICTION SPLIT SAMPLE " +
      "IDEMPOTENCY STATE TEXT FILE GPG",
  ),
  PASS: set(
    "FIRST SECOND THIRD ONE TWO SINGLE MULTI DOUBLE LOW HIGH BAND ALL FORWARD BACKWARD TRAIN EVAL CURRENT NEXT PREV BY ENCODER DECODER RENDER OPT",
  ),
  PWD: set("OLD CURRENT ORIG ORIGINAL INIT INITIAL START LAST PREV"),
  PAT: set("FILE GLOB NAME INCLUDE EXCLUDE"),
};

/** Services whose URLs hold the password. */
const SERVICES = set(
  "DATABASE DB POSTGRES POSTGRESQL PG MYSQL MARIADB MSSQL SQLSERVER MONGO MONGODB MONGOLAB REDIS REDISCLOUD REDISTOGO AMQP RABBITMQ CLOUDAMQP BROKER " +
    "CELERY SQLALCHEMY ALCHEMY JDBC ELASTICSEARCH CLICKHOUSE CASSANDRA SMTP JAWSDB CLEARDB COCKROACH SNOWFLAKE SAS",
);

const ADDRESSES = set("URL URI CONN");

/** What one word of a name says, by what stands before and after it; `none`: that the name is something else. */
function judge(word: string, before: readonly string[], after: readonly string[]): CredentialName | "none" | undefined {
  const previous = before.at(-1) ?? "";
  const isVariant = after.every((each) => VARIANTS.has(each));
  if (word === "WEBHOOK")
    return isVariant || (after.length === 1 && ADDRESSES.has(after[0] ?? "")) ? "likely" : undefined;
  if (word === "CONNECTIONSTRING" || word === "CONNSTR") return "likely";
  if (word === "STRING") return previous === "CONNECTION" || previous === "CONN" ? "likely" : undefined;
  if (word === "CONFIG") return previous === "AUTH" ? "likely" : undefined;
  if (ADDRESSES.has(word) && isVariant && before.some((each) => SERVICES.has(each))) return "address";
  if (word === "BACKEND" && isVariant && previous === "RESULT") return "address"; // of Celery

  const isKey = word === "KEY" || word === "KEYS";
  const isSure = isKey ? SURE_KEYS.has(previous) : SURE.has(word);
  if (!isSure && !LIKELY.has(word) && word !== "KEY") return undefined;
  if (word === "PWD" && before.length === 0) return "none"; // the working directory
  if (isKey && previous === "ACCESS" && after[0] === "ID") return "likely"; // of AWS: half of a pair
  if (word === "SECRET" && after.length === 1 && after[0] === "ID") return "likely"; // of Vault: what logs in
  if (isSure ? after.some((each) => ABOUT.has(each)) : !isVariant) return undefined;
  if (before.some((each) => COUNTED.has(each) || ASKED.has(each))) return "none";
  if (OTHERWISE[word]?.has(previous) === true) return "none";
  return isSure ? "sure" : "likely";
}

/** Nouns that are often written at the end of another word: `GHTOKEN`, `PGPASSWORD`. */
const GLUED = /^([A-Z]+?)(TOKENS?|PASSWORDS?|PASSWD|PASSPHRASE|SECRETS?|CREDENTIALS?|CREDS|WEBHOOK|COOKIE|DSN|JWT)$/;

/** Shorter nouns end ordinary words too (`MONKEY`, `COMPASS`), so they are known after some beginnings only. */
const GLUED_SHORT = [
  /^([A-Z]*?)(API|ACCESS|SECRET|PRIVATE|AUTH|ENCRYPTION|SIGNING|MASTER|ACCOUNT|SERVICE|STORAGE|SSH|DEPLOY|APP|LICENSE)(KEYS?)$/,
  /^([A-Z]*?(?:SSH|DB|PG|SQL|FTP|SMTP|IMAP|MAIL|USER|ROOT|ADMIN|REDIS|HTTP|PROXY|STORE|KEY|VNC|SUDO|LOGIN|WIFI))(PASS|PWD)$/,
  /^(DATABASE|DB|POSTGRES|MYSQL|MONGO|MONGODB|REDIS|AMQP|BROKER)(UR[IL])$/,
];

/** The words of a name in capitals: `githubToken`, `github-token` and `GITHUBTOKEN_2` have the same. */
function wordsOf(name: string): readonly string[] {
  const apart = name.replace(/([a-z]\d*)([A-Z])/g, "$1_$2").replace(/([A-Z\d])([A-Z][a-z])/g, "$1_$2");
  const words = apart.toUpperCase().match(/[A-Z][A-Z\d]*/g) ?? [];
  return words.flatMap((numbered) => {
    const word = numbered.replace(/\d+$/, "");
    for (const pattern of [GLUED, ...GLUED_SHORT]) {
      const parts = pattern.exec(word);
      if (parts !== null) return parts.slice(1).filter((part) => part !== "");
    }
    return [word];
  });
}
