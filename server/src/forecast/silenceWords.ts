import type { Silence } from "./forecast.ts";

/** Why nothing is said of the next build: the end of a sentence, and no Markdown. */
export function silenceWords(silence: Silence): string {
  switch (silence.kind) {
    case "building":
      return "it is being built just now";
    case "unseen":
      return "the last build was not seen from its beginning to its end by Slipway, on an engine that builds with BuildKit";
    case "pulled":
      return "the base images are looked up anew with each build";
    case "filesMoved":
      return "files of the context changed while it was built";
    case "filesUnread":
      return "the files of the context cannot be read in passing";
    case "imageReplaced":
      return `${silence.reference} is another image now than when it was last built`;
    case "unknownImage":
      return `nothing is known of the image ${silence.reference}, which the last build pulled`;
    case "otherEngine":
      return "the engine is not the one that it was last built on, and each has its own cache";
    case "tooOld":
      return "it was last built so long ago that the engine may have cleaned its cache";
    case "otherRules":
      return silence.frontend === ""
        ? "the stage that was last built is not there any more"
        : `${silence.frontend} builds it, by rules of its own`;
    case "onbuild":
      return "a base image brings steps of its own with ONBUILD";
  }
}
