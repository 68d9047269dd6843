import type { Dockerfile } from "../dockerfile/syntax.ts";

/**
 * Environment variables that common official images set, by the image's name
 * without registry and tag (read off the images' Dockerfiles on Docker Hub).
 * `PATH` is set everywhere.
 */
const variablesOfImages: ReadonlyMap<string, readonly string[]> = new Map([
  ["alpine", []],
  ["busybox", []],
  ["debian", []],
  ["ubuntu", []],
  ["fedora", ["DISTTAG", "FGC", "FBR", "container"]],
  ["node", ["NODE_VERSION", "YARN_VERSION"]],
  [
    "python",
    [
      "LANG",
      "GPG_KEY",
      "PYTHON_VERSION",
      "PYTHON_SHA256",
      "PYTHON_PIP_VERSION",
      "PYTHON_SETUPTOOLS_VERSION",
      "PYTHON_GET_PIP_URL",
      "PYTHON_GET_PIP_SHA256",
    ],
  ],
  ["golang", ["GOLANG_VERSION", "GOTOOLCHAIN", "GOPATH"]],
  ["rust", ["RUSTUP_HOME", "CARGO_HOME", "RUST_VERSION"]],
]);

/**
 * The variables that an image is known to set, or `undefined` when nobody here
 * can know. `image` is the expanded name in FROM.
 */
export function variablesOfImage(image: string): ReadonlySet<string> | undefined {
  const names = variablesOfImages.get(officialName(image));
  return names === undefined ? undefined : new Set(["PATH", ...names]);
}

/** The image that a stage stands on in the end, by its name in FROM after expansion; `undefined` when none is known. */
export function baseImageOf({ stages }: Dockerfile, stage: number | undefined): string | undefined {
  let base = stage === undefined ? undefined : stages[stage]?.base;
  while (base?.kind === "stage") {
    // A stage builds on earlier ones only.
    base = stages[base.stage]?.base;
  }
  return base?.kind === "image" ? base.image : undefined;
}

/** The name of that image without registry and tag, as official images are called. */
export function officialBase(file: Dockerfile, stage: number | undefined): string | undefined {
  const image = baseImageOf(file, stage);
  return image === undefined ? undefined : officialName(image);
}

function officialName(image: string): string {
  return image
    .replace(/@.*$/, "")
    .replace(/:[^/:]*$/, "")
    .replace(/^(?:docker\.io\/)?(?:library\/)?/, "");
}
