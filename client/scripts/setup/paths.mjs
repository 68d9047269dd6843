import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../../../", import.meta.url)).replace(/[/\\]$/, "");

/** What `npm start` and `npm test` download and run lives here; git ignores it. */
export const scratch = join(root, ".slipway");

/** The folder of the VS Code that comes from the npm registry. */
export const hostFolder = join(root, "client", "test", "host");

/** The sample application as it is in the repository. */
export const sampleFolder = join(root, "client", "sample");
