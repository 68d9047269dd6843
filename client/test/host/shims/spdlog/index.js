// Plain-JavaScript stand-in for the native @vscode/spdlog logger, so that the
// host needs no compiler. VS Code writes its log files and every extension's
// output channel through this module, so it must really write.
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

export const version = 0;
const names = ["trace", "debug", "info", "warning", "error", "critical"];

export class Logger {
  #file;
  #level = 2;
  #plain = false;
  constructor(_type, _name, file) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, "");
  }
  #write(level, message) {
    if (level < this.#level || !this.#file) return;
    const stamp = new Date().toISOString().replace("T", " ").slice(0, 23);
    appendFileSync(this.#file, this.#plain ? message : `${stamp} [${names[level]}] ${message}\n`);
  }
  trace(message) {
    this.#write(0, message);
  }
  debug(message) {
    this.#write(1, message);
  }
  info(message) {
    this.#write(2, message);
  }
  warn(message) {
    this.#write(3, message);
  }
  error(message) {
    this.#write(4, message);
  }
  critical(message) {
    this.#write(5, message);
  }
  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  setPattern() {
    this.#plain = false;
  }
  clearFormatters() {
    this.#plain = true;
  }
  flush() {}
  drop() {
    this.#file = undefined;
  }
}

export function setLevel() {}
export function setFlushOn() {}
export async function createRotatingLogger(name, file) {
  return new Logger("rotating", name, file);
}
export async function createAsyncRotatingLogger(name, file) {
  return new Logger("rotating_async", name, file);
}
