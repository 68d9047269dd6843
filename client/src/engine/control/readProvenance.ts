import type { LineRange } from "../dockerfileText.ts";
import type { BuildProvenance } from "../pastBuild.ts";
import { fieldOf, linesOf, listOf, textOf } from "./looseJson.ts";

/**
 * A provenance statement's predicate of version 0.2, as BuildKit fills it:
 * https://docs.docker.com/build/metadata/attestations/slsa-definitions/
 * `undefined` where the Dockerfile is not in it.
 */
export function readProvenance(predicate: unknown): BuildProvenance | undefined {
  const metadata = fieldOf(predicate, "metadata");
  const source = fieldOf(fieldOf(metadata, buildKitMetadata), "source");
  const data = textOf(listOf(fieldOf(source, "infos"))[0], "data");
  if (data === "") {
    return undefined;
  }
  const locations = fieldOf(source, "locations");
  const lines = new Map<string, readonly LineRange[]>();
  for (const [digest, step] of entriesOf(
    fieldOf(fieldOf(predicate, "buildConfig"), "digestMapping"),
  )) {
    const places = fieldOf(fieldOf(locations, String(step)), "locations");
    const found = listOf(places).flatMap(linesOf);
    if (found.length > 0) {
      lines.set(digest, found);
    }
  }
  return {
    dockerfile: Buffer.from(data, "base64").toString(),
    lines,
    materials: listOf(fieldOf(predicate, "materials")).map((material) => {
      const digest = textOf(fieldOf(material, "digest"), "sha256");
      return {
        uri: textOf(material, "uri"),
        ...(digest === "" ? {} : { digest: `sha256:${digest}` }),
      };
    }),
    platform: textOf(fieldOf(fieldOf(predicate, "invocation"), "environment"), "platform"),
  };
}

const buildKitMetadata = "https://mobyproject.org/buildkit@v1#metadata";

function entriesOf(value: unknown): readonly [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
