// Loaded before a program under test. Writes the programs that it starts to the file in STARTED_LOG, one JSON list per
// line.
const { appendFileSync } = require("node:fs");
const childProcess = require("node:child_process");
const { syncBuiltinESMExports } = require("node:module");

const log = (file, args) => appendFileSync(process.env.STARTED_LOG, `${JSON.stringify([file, ...args])}\n`);

const { spawn } = childProcess.ChildProcess.prototype;
childProcess.ChildProcess.prototype.spawn = function (options) {
  log(options.file, (options.args ?? []).slice(1));
  return spawn.call(this, options);
};
for (const name of ["spawnSync", "execFileSync", "execSync"]) {
  const original = childProcess[name];
  childProcess[name] = (file, ...rest) => {
    log(file, Array.isArray(rest[0]) ? rest[0] : []);
    return original(file, ...rest);
  };
}
syncBuiltinESMExports();
