// Alarms on labelled streams: the Numenta Anomaly Benchmark's standard profile, beside detectors that know
// nothing and everything and the windowed Gaussian. Prints JSON lines.
//
// `cargo xtask bench anomalies [--folder F] [--files]`; bench/README.md says what is measured.
import { spawnSync } from "node:child_process";

const root = new URL("..", import.meta.url).pathname;
const options = ["run", "--release", "--quiet", "-p", "bench-anomalies", "--", ...process.argv.slice(2)];
const { status, error } = spawnSync("cargo", options, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
if (error) throw error;
process.exitCode = status ?? 1;
