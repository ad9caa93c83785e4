// Decides whether the name of a variable, input or key says that its value is a credential. This is the only such
// table: both the redactor of a run and the rules of `check` use it. It only sees names; values are judged elsewhere.

/**
 * What a name says about its value.
 * - `sure`: a credential wherever the name occurs: `HF_TOKEN`, `dbPassword`, `client_secret`.
 * - `likely`: a credential as the name of an environment variable, but an ordinary word elsewhere: `GIT_KEY`, `SMTP_PASS`.
 * - `address`: a URL that usually contains a password: `DATABASE_URL`.
 */
export type CredentialName = "sure" | "likely" | "address";

/** What a name says about its value; `undefined` if it does not name a credential. Ignores case and separators. */
export function credentialInName(name: string): CredentialName | undefined {
  if (name.length > MAX_LENGTH || !CANDIDATE.test(name)) return undefined;
  const words = wordsOf(name);
  for (let at = words.length - 1; at >= 0; at--) {
    const word = words[at] ?? "";
    const found = classify(word, words.slice(0, at), words.slice(at + 1));
    if (found !== undefined) return found === "none" ? undefined : found;
  }
  return undefined;
}

/**
 * Whether a `likely` name could also be the key of a map, as in `KEY` and `CLASSES_KEY`: it does not say what the key
 * unlocks.
 */
export function mayBeKeyOfMap(name: string): boolean {
  if (credentialInName(name) !== "likely") return false;
  const words = wordsOf(name);
  return words.includes("KEY") && !words.some((word) => OPENED.some((opened) => opened.has(word)));
}

/** Longer texts are not names. */
const MAX_LENGTH = 200;

/** A cheap filter: a name without any of these pieces is not a credential. */
const CANDIDATE = /tok|pass|pwd|secret|key|cred|auth|jwt|bearer|cookie|salt|psk|pat|sas|hook|dsn|conn|ur[il]|backend/i;

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Nouns that are credentials in any position. */
const SURE = set("TOKEN PASSWORD PASSWORDS PASSWD PASSPHRASE PASSCODE SECRET SECRETS CREDENTIAL CREDENTIALS CREDS JWT");

/** Nouns that are credentials at the end of a name. */
const LIKELY = set("TOKENS PASS PWD AUTH OAUTH AUTHORIZATION BEARER COOKIE COOKIES PAT SAS PSK SALT DSN");

/** What a key unlocks or signs; such a `…_KEY` cannot be the key of a map. */
const SURE_KEYS = set("API ACCESS SECRET PRIVATE AUTH ENCRYPTION SIGNING MASTER ACCOUNT SUBSCRIPTION");

/** What a key usually unlocks, although a map may have a key with this name. */
const LIKELY_KEYS = set(
  "ADMIN APP AWS AZURE CERT CERTIFICATE CLIENT CRYPTO DEPLOY DEPLOYMENT DSA ECDSA ED FERNET GCLOUD GCP GIT GITHUB GITLAB HMAC " +
    "KAGGLE LICENCE LICENSE PGP ROOT RSA S SA SERVER SERVICE SESSION SSH SSL STORAGE STORE TLS USER VAULT WEBHOOK",
);

const OPENED = [SURE, LIKELY, SURE_KEYS, LIKELY_KEYS];

/** Words after a credential in the name of a variable that describes the credential instead of containing it. */
const ABOUT = set(
  "ID IDS NAME NAMES USER USERNAME FILE FILES FILENAME PATH PATHS DIR DIRECTORY FOLDER LOCATION URL URLS URI ENDPOINT HOST HOSTNAME PORT " +
    "SERVER SERVICE DOMAIN REGION LENGTH LEN SIZE COUNT COUNTS LIMIT LIMITS BUDGET TTL TYPE TYPES KIND MODE METHOD FORMAT ALGORITHM ALG " +
    "PREFIX SUFFIX HEADER EXPIRY EXPIRES EXPIRATION LIFETIME TIMEOUT DURATION INTERVAL AGE ENABLED DISABLED REQUIRED POLICY RULES SOCK " +
    "SOCKET PARALLELISM VERSION INDEX RATE THRESHOLD ARN ALIAS PROVIDER SCOPE SCOPES ISSUER AUDIENCE ROTATION MANAGER BACKEND PLUGIN " +
    "MODULE CLASS HELPER STORE CACHE COLUMN FIELD LABEL PARAM PATTERN REGEX SECURE HTTPONLY SAMESITE LATENCY USAGE COST PRICE",
);

/** Words after a noun of `LIKELY`, or after a key, that only say which variant it is or how it is encoded. */
const VARIANTS = set(
  "PROD PRODUCTION DEV DEVELOPMENT STAGING TEST TESTING LIVE OLD NEW BACKUP JSON PEM BASE B HEX VALUE CONTENT CONTENTS",
);

/** Words before a noun that make it a count or a switch. */
const COUNTS = set("MAX MAXIMUM MIN MINIMUM NUM NUMBER N NB COUNT TOTAL AVG MEAN PER");
const SWITCHES = set("NO USE ALLOW REQUIRE REQUIRES ENABLE DISABLE HAS IS SKIP SHOW HIDE WITHOUT");

/**
 * Words directly before a noun that change its meaning: a token of a tokenizer, a key of a map, a pass over data, a
 * folder.
 */
const OTHER_MEANINGS: Readonly<Record<string, ReadonlySet<string>>> = {
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

/** Services whose URLs contain the password. */
const SERVICES = set(
  "DATABASE DB POSTGRES POSTGRESQL PG MYSQL MARIADB MSSQL SQLSERVER MONGO MONGODB MONGOLAB REDIS REDISCLOUD REDISTOGO AMQP RABBITMQ CLOUDAMQP BROKER " +
    "CELERY SQLALCHEMY ALCHEMY JDBC ELASTICSEARCH CLICKHOUSE CASSANDRA SMTP JAWSDB CLEARDB COCKROACH SNOWFLAKE SAS",
);

const ADDRESSES = set("URL URI CONN");

/** Classifies a word of a name by the words before and after it; `none` if the word rules out a credential. */
function classify(
  word: string,
  before: readonly string[],
  after: readonly string[],
): CredentialName | "none" | undefined {
  const previous = before.at(-1) ?? "";
  const isVariant = after.every((each) => VARIANTS.has(each));
  if (word === "WEBHOOK")
    return isVariant || (after.length === 1 && ADDRESSES.has(after[0] ?? "")) ? "likely" : undefined;
  if (word === "CONNECTIONSTRING" || word === "CONNSTR") return "likely";
  if (word === "STRING") return previous === "CONNECTION" || previous === "CONN" ? "likely" : undefined;
  if (word === "CONFIG") return previous === "AUTH" ? "likely" : undefined;
  if (ADDRESSES.has(word) && isVariant && before.some((each) => SERVICES.has(each))) return "address";
  if (word === "BACKEND" && isVariant && previous === "RESULT") return "address"; // Celery

  const isKey = word === "KEY" || word === "KEYS";
  const isSure = isKey ? SURE_KEYS.has(previous) : SURE.has(word);
  if (!isSure && !LIKELY.has(word) && word !== "KEY") return undefined;
  if (word === "PWD" && before.length === 0) return "none"; // the working directory
  if (isKey && previous === "ACCESS" && after[0] === "ID") return "likely"; // AWS: one half of a key pair
  if (word === "SECRET" && after.length === 1 && after[0] === "ID") return "likely"; // Vault: a login
  if (isSure ? after.some((each) => ABOUT.has(each)) : !isVariant) return undefined;
  if (before.some((each) => COUNTS.has(each) || SWITCHES.has(each))) return "none";
  if (OTHER_MEANINGS[word]?.has(previous) === true) return "none";
  return isSure ? "sure" : "likely";
}

/** Nouns that are often appended to another word: `GHTOKEN`, `PGPASSWORD`. */
const COMPOUND = /^([A-Z]+?)(TOKENS?|PASSWORDS?|PASSWD|PASSPHRASE|SECRETS?|CREDENTIALS?|CREDS|WEBHOOK|COOKIE|DSN|JWT)$/;

/** Shorter nouns also end ordinary words (`MONKEY`, `COMPASS`), so they only count after certain prefixes. */
const COMPOUND_SHORT = [
  /^([A-Z]*?)(API|ACCESS|SECRET|PRIVATE|AUTH|ENCRYPTION|SIGNING|MASTER|ACCOUNT|SERVICE|STORAGE|SSH|DEPLOY|APP|LICENSE)(KEYS?)$/,
  /^([A-Z]*?(?:SSH|DB|PG|SQL|FTP|SMTP|IMAP|MAIL|USER|ROOT|ADMIN|REDIS|HTTP|PROXY|STORE|KEY|VNC|SUDO|LOGIN|WIFI))(PASS|PWD)$/,
  /^(DATABASE|DB|POSTGRES|MYSQL|MONGO|MONGODB|REDIS|AMQP|BROKER)(UR[IL])$/,
];

/** The words of a name in upper case; the same for `githubToken`, `github-token` and `GITHUBTOKEN_2`. */
function wordsOf(name: string): readonly string[] {
  const apart = name.replace(/([a-z]\d*)([A-Z])/g, "$1_$2").replace(/([A-Z\d])([A-Z][a-z])/g, "$1_$2");
  const words = apart.toUpperCase().match(/[A-Z][A-Z\d]*/g) ?? [];
  return words.flatMap((numbered) => {
    const word = numbered.replace(/\d+$/, "");
    for (const pattern of [COMPOUND, ...COMPOUND_SHORT]) {
      const parts = pattern.exec(word);
      if (parts !== null) return parts.slice(1).filter((part) => part !== "");
    }
    return [word];
  });
}
