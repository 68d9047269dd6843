/** Dockerfiles of all parts of the language, to be broken. */
export const seeds: readonly string[] = [
  "# syntax=docker/dockerfile:1\n# escape=`\nARG V=22\nFROM node:${V} AS build\nRUN a && `\n  # c\n  b\n",
  'FROM a\nCOPY --from=b --chmod=755 ["x y", "/z"]\nENV A="b c" D=\'e\' F=$A\nLABEL l m n\n',
  "FROM a\nRUN --mount=type=cache,target=/x --network=none <<EOF cat <<-'B'\nq\nEOF\n\tr\n\tB\n",
  'FROM a AS b\r\nONBUILD RUN ["x"]\r\nHEALTHCHECK --interval=5s CMD y\r\nFROM b\r\nEXPOSE 80/tcp $P\r\n',
  '\ufeffFROM scratch\nVOLUME ["/a"]\nUSER ${U:-x}\nWORKDIR /a b\nSTOPSIGNAL 9\nSHELL ["s"]\n',
  "FROM debian\n# hadolint ignore=DL3008\nRUN apt update && apt-get install curl=1 git | cat # why \\\n  && pip install x\nMAINTAINER me\nCMD a b\nCMD c\n",
  "# check=skip=A,B;error=true\nfrom alpine as B\nADD a.tgz b c\nENTRYPOINT x\nARG KEY=$KEY TOKEN\nRUN cd /x; sudo y; wget z\n",
];

const pieces: readonly string[] = [
  ...Array.from("\\`\n\r\t #$'\"{}[]()<>,=:/-@%\0\u00a0\ufeff\ud800é😀|&;"),
  "\\\n",
  "`\n",
  "<<E",
  "\nE\n",
  "--mount=",
  "${",
  ":-",
  "FROM ",
  "ONBUILD ",
  "ARG ",
  "RUN ",
  " && ",
  "# check=skip=",
  "# hadolint ignore=",
  "COPY --from=0 ",
];

/** Mulberry32: small, seeded, good enough for choosing. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The text with up to six pieces put in, doubled or taken out. */
export function mutate(text: string, random: () => number): string {
  let result = text;
  for (let count = 1 + Math.floor(random() * 6); count > 0; count--) {
    const at = Math.floor(random() * (result.length + 1));
    const length = Math.floor(random() * 12);
    const piece = pieces[Math.floor(random() * pieces.length)] ?? "";
    const kind = random();
    const inserted = kind < 0.5 ? piece : kind < 0.7 ? result.slice(at, at + length) : "";
    result = result.slice(0, at) + inserted + result.slice(kind < 0.7 ? at : at + length);
  }
  return result;
}

/** Texts of which something is much, by what that is. */
export function muchOfAnything(): Readonly<Record<string, string>> {
  return {
    "50,000 # in a command": `FROM a\nRUN x ${"#".repeat(50_000)}\n`,
    "50,000 # in a comment": `${"#".repeat(50_000)}\nFROM a\n`,
    "50,000 # apart": `FROM a\nRUN x ${"# ".repeat(50_000)}\n`,
    "a continuation of 20,000 lines": `FROM a\nRUN x${" \\\n  && y".repeat(20_000)}\n`,
    "20,000 comments in a continuation": `FROM a\nRUN x${" \\\n# c\n  y".repeat(10_000)}\n`,
    "20,000 variables in an ENV": `FROM a\nENV A=b${" \\\n  y=z".repeat(20_000)}\n`,
    "10,000 empty lines in a continuation": `FROM a\nRUN x${" \\\n\n  y".repeat(10_000)}\n`,
    "5,000 stages": many(5000, (index) => `FROM a AS s${index}\nRUN x\n`),
    "5,000 stages on top of each other": `FROM a AS s0\n${many(5000, (index) => `FROM s${index} AS s${index + 1}\nARG A${index}\nRUN echo $A${index}\n`)}`,
    "5,000 stages that copy from each other": `FROM a AS s0\n${many(5000, (index) => `FROM a AS s${index + 1}\nCOPY --from=s${index} x y\n`)}`,
    "5,000 stages of one name": "FROM a AS s\n".repeat(5000),
    "5,000 arguments": `FROM a\n${many(5000, (index) => `ARG A${index}\n`)}`,
    "5,000 arguments before a stage and in it": `${many(5000, (index) => `ARG A${index}\n`)}FROM a\n${many(5000, (index) => `ARG A${index}\n`)}`,
    "5,000 unknown variables among 5,000 known": `FROM a\n${many(5000, (index) => `ARG A${index}\nENV Q=$B${index}\n`)}`,
    "5,000 unknown images": `${many(5000, (index) => `ARG A${index}\n`)}${many(5000, (index) => `FROM $B${index}\n`)}`,
    "20,000 ${ in each other": `FROM a\nENV A=${"${".repeat(20_000)}\n`,
    "10,000 ${B:- in each other": `FROM a\nENV A=${"${B:-".repeat(10_000)}${"}".repeat(10_000)}\n`,
    "10,000 ${B:- in a command": `FROM a\nRUN echo ${"${B:-".repeat(10_000)}${"}".repeat(10_000)}\n`,
    "10,000 $( in each other": `FROM a\nRUN echo ${"$(".repeat(10_000)}\n`,
    "10,000 ( in each other": `FROM a\nRUN ${"( ".repeat(10_000)}\n`,
    "10,000 if in each other": `FROM a\nRUN ${"if ".repeat(10_000)}\n`,
    "5,000 sh -c in each other": `FROM a\nRUN ${"sh -c '".repeat(5000)}\n`,
    "a heredoc of 20,000 lines without an end": `FROM a\nRUN <<EOF\n${"x\n".repeat(20_000)}`,
    "5,000 heredocs": `FROM a\n${"RUN <<EOF\nx\nEOF\n".repeat(5000)}`,
    "3,000 heredocs on a line": `FROM a\nRUN ${many(3000, (index) => `<<E${index} `)}\n`,
    "3,000 names in a suppression": `FROM a\n# check=skip=${many(3000, (index) => `X${index},`)}\nRUN x\n`,
    "5,000 suppressions": `FROM a\n${"# hadolint ignore=DL3008\n# check=skip=Foo\nRUN x\n".repeat(5000)}`,
    "10,000 comments above an instruction": `FROM a\n${"# hadolint ignore=DL3003\n".repeat(10_000)}RUN cd x\n`,
    "10,000 commands": `FROM a\n${"CMD x\n".repeat(10_000)}`,
    "5,000 mounts": `FROM a\nRUN ${"--mount=type=cache,target=/x ".repeat(5000)}x\n`,
    "10,000 options of a mount": `FROM a\nRUN --mount=${"target=/x,".repeat(10_000)}x\n`,
    "10,000 pipes": `FROM a\nRUN x${" | x".repeat(10_000)}\n`,
    "10,000 unknown instructions": `FROM a\n${"RUM x\n".repeat(10_000)}`,
    "2,000 ONBUILD for 30 stages": `FROM a AS b\n${"ONBUILD RUN x\n".repeat(2000)}${"FROM b\n".repeat(30)}`,
    "names that JavaScript has taken":
      "FROM a AS __proto__\nARG __proto__=1 constructor\nENV toString=1 A=$__proto__$constructor\nFROM __proto__\nCOPY --from=__proto__ a b\nCOPY --from=constructor a b\nLABEL __proto__=x\n# check=skip=__proto__\nRUN $__proto__\n",
    "half surrogates":
      "FROM a\nRUN \ud800x \udc00\nENV A=\ud800 B=\udc00$A\n# \ud800\nCMD \udfff\n",
    "zero bytes": "FROM a\0b\nRUN x\0\0\nENV \0=\0\n\0\n",
    "carriage returns": "FROM a\rRUN x\r\r\nENV A=b\r\nRUN a \\\r\n\r\n b\r",
    "byte order marks": "\ufeff\ufeffFROM a\n\ufeffRUN x\n",
    nothing: "",
  };
}

function many(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("");
}
