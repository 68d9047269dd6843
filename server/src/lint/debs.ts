import type { Dockerfile, RunInstruction } from "../dockerfile/syntax.ts";
import { baseImageOf, officialBase } from "./officialImages.ts";
import type { Edit } from "./rule.ts";

/**
 * The edits that let apt keep what it has downloaded when a RUN is reached: none where the image does that by
 * itself, or a step before has seen to it.
 */
export function keepDebs(file: Dockerfile, instruction: RunInstruction): Edit[] {
  if (!deletesDebs(file, instruction)) {
    return [];
  }
  const { lines } = file;
  const start = lines.lineStart(lines.lineAt(instruction.span.start));
  const newText = `RUN rm -f /etc/apt/apt.conf.d/docker-clean && echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' >/etc/apt/apt.conf.d/keep-cache\n`;
  return [{ start, end: start, newText }];
}

/** Does apt delete what it has downloaded, as the images of Debian and Ubuntu tell it to? */
export function deletesDebs(file: Dockerfile, { stage, span }: RunInstruction): boolean {
  const image = officialBase(file, stage);
  if (
    image === undefined ||
    !debianImages.has(image) ||
    /alpine|busybox/.test(baseImageOf(file, stage) ?? "")
  ) {
    return false;
  }
  for (let at = stage; at !== undefined;) {
    const current = file.stages[at];
    const end = at === stage ? span.end : current?.span.end;
    if (/docker-clean|Keep-Downloaded-Packages/.test(file.text.slice(current?.span.start, end))) {
      return false;
    }
    at = current?.base.kind === "stage" ? current.base.stage : undefined;
  }
  return true;
}

/** Official images that build on Debian or Ubuntu where their tag does not say otherwise. */
const debianImages = new Set(
  "debian ubuntu buildpack-deps node python golang ruby rust php perl gcc openjdk maven gradle eclipse-temurin nginx httpd postgres".split(
    " ",
  ),
);
