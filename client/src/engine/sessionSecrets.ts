import { readFile, stat } from "node:fs/promises";
import type { SecretSource } from "./build.ts";
import { EngineError } from "./engineError.ts";

/** BuildKit refuses a larger one: https://github.com/moby/buildkit/blob/v0.25.2/session/secrets/secretsprovider/secretsprovider.go */
const mostBytes = 500 * 1024;

/**
 * The value of a secret, read from where it is. Rejects with EngineError
 * `not-found` where there is none and `bad-request` where it is too large;
 * neither says anything of the value.
 */
export async function readSecret(id: string, source: SecretSource): Promise<Buffer> {
  const value = "file" in source ? await fromFile(id, source.file) : fromEnvironment(id, source);
  if (value.length > mostBytes) {
    throw tooLarge(id);
  }
  return value;
}

async function fromFile(id: string, file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > mostBytes) {
      throw tooLarge(id);
    }
    return await readFile(file);
  } catch (error) {
    if (error instanceof EngineError) {
      throw error;
    }
    const said = `The file ${file} with the secret “${id}” cannot be read.`;
    throw new EngineError("not-found", said, { cause: error });
  }
}

function fromEnvironment(id: string, { variable }: { readonly variable: string }): Buffer {
  const value = process.env[variable];
  if (value === undefined) {
    const said = `The environment variable ${variable} with the secret “${id}” is not set.`;
    throw new EngineError("not-found", said);
  }
  return Buffer.from(value);
}

function tooLarge(id: string): EngineError {
  return new EngineError(
    "bad-request",
    `The secret “${id}” is larger than the 500 KB that a build may be given.`,
  );
}
