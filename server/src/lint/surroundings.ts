import type { BuildContext } from "../buildContext/buildContext.ts";
import type { Dockerfile } from "../dockerfile/syntax.ts";
import { takeContextSnapshot } from "./contextSnapshot.ts";
import type { Surroundings } from "./rule.ts";

/** What rules may know of the files around a Dockerfile, read before they run. Never rejects. */
export async function surroundingsIn(
  file: Dockerfile,
  context: BuildContext,
): Promise<Surroundings> {
  const [ignoreFile, contextFiles] = await Promise.all([
    context.ignoreFile(),
    takeContextSnapshot(file, context),
  ]);
  return { contextFiles, ...(ignoreFile === undefined ? {} : { ignoreFile }) };
}
