/**
 * Stands in the bundles for what dockerode loads but we never use: its own
 * modem with ssh2, tar files, and gRPC with protobufjs for sessions. Our
 * transport and sessions take their place (modem.ts, session.ts). See `alias`
 * in esbuild.mjs.
 */
export const absent = true;
