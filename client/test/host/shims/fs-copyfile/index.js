// Node's own copy functions in place of the native copy-on-write ones; the
// built-in Git extension loads this module when it starts.
const fs = require("node:fs");

exports.constants = fs.constants;
exports.copyFile = (from, to, mode = fs.constants.COPYFILE_FICLONE) =>
  fs.promises.copyFile(from, to, mode);
exports.copyFileSync = (from, to, mode = fs.constants.COPYFILE_FICLONE) =>
  fs.copyFileSync(from, to, mode);
exports.isCloneSupported = async () => false;
exports.cp = (from, to, options) => fs.promises.cp(from, to, options);
