import type { DocumentLink } from "vscode-languageserver";
import { normalizedImage } from "../dockerfile/imageReference.ts";
import { findStage } from "../dockerfile/stages.ts";
import type { Dockerfile, Word } from "../dockerfile/syntax.ts";
import type { Span } from "../text/span.ts";
import { rangeOf } from "./ranges.ts";

/** Where an image can be read about: those of FROM, `COPY --from` and `# syntax`, of registries that have pages. */
export function documentLinks(file: Dockerfile): DocumentLink[] {
  return imagesOf(file).flatMap(({ span, image }) => {
    const target = pageOf(image);
    return target === undefined ? [] : [{ range: rangeOf(file.lines, span), target }];
  });
}

interface Linked {
  readonly span: Span;
  readonly image: string;
}

function imagesOf(file: Dockerfile): Linked[] {
  const images: Linked[] = file.directives
    .filter(({ name, effective }) => name === "syntax" && effective)
    .map(({ value, valueSpan }) => ({ span: valueSpan, image: value }));
  for (const { from, base } of file.stages) {
    if (base.kind === "image" && from.image !== undefined) {
      images.push({ span: from.image.span, image: base.image });
    }
  }
  for (const instruction of file.instructions) {
    if (instruction.keyword === "COPY" && instruction.from !== undefined) {
      images.push(...imageOf(file, instruction.from));
    }
  }
  return images;
}

/** What is neither a stage nor its number. */
function imageOf(file: Dockerfile, { span, value }: Word): Linked[] {
  return findStage(file, value.text) === undefined && !/^\d+$/.test(value.text)
    ? [{ span, image: value.text }]
    : [];
}

/** The page of the repository; `undefined` for registries that have none, and for names that are none. */
function pageOf(image: string): string | undefined {
  const name = normalizedImage(image);
  if (name === undefined) {
    return undefined;
  }
  const [registry = "", ...rest] = name.split("/");
  const [path = ""] = rest.join("/").split(/[:@]/, 1);
  const official = /^library\/(.+)$/.exec(path)?.[1];
  switch (registry) {
    case "docker.io":
      return official === undefined
        ? `https://hub.docker.com/r/${path}`
        : `https://hub.docker.com/_/${official}`;
    case "ghcr.io":
      // GitHub sends this address on to the package's page.
      return `https://ghcr.io/${path}`;
    case "mcr.microsoft.com":
      return `https://mcr.microsoft.com/artifact/mar/${path}`;
    case "quay.io":
      return `https://quay.io/repository/${path}`;
    case "public.ecr.aws":
      return `https://gallery.ecr.aws/${path}`;
    default:
      return undefined;
  }
}
