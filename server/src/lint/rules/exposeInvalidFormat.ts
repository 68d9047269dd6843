import { readExposedPort } from "../../dockerfile/ports.ts";
import { wordOf } from "../../text/mappedText.ts";
import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { Rule } from "../rule.ts";

export const exposeInvalidFormat: Rule = {
  name: "expose-invalid-format",
  alsoKnownAs: ["ExposeInvalidFormat"],
  severity: "warning",
  summary: "`EXPOSE` should name only ports of the container.",
  explanation: `
    Which address and port of the host a port is published on is said when a container is started:
    \`docker run -p 127.0.0.1:8080:80\`. In \`EXPOSE\` it has no effect.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        EXPOSE 127.0.0.1:80:80
               ^^^^^^^^^^^^^^^ warning: EXPOSE instruction should not define an IP address or host-port mapping, found '127.0.0.1:80:80'
      `,
      good: `
        FROM alpine:3.21
        EXPOSE 80
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        ARG HOST=127.0.0.1
        EXPOSE \${HOST}:80:80 :90
               ^^^^^^^^^^^^^ warning: EXPOSE instruction should not define an IP address or host-port mapping, found '127.0.0.1:80:80'
      `,
    },
  ],

  *check(file) {
    const { expansions } = evaluationOf(file);
    for (const instruction of file.instructions) {
      if (instruction.keyword !== "EXPOSE" || instruction.onbuild) {
        continue;
      }
      for (const { expansion } of expansions.get(instruction) ?? []) {
        for (const { text, span } of expansion.words) {
          const { ip, hostPort, containerPort, protocol } = readExposedPort(wordOf(text, span));
          if ((ip?.text ?? "") === "" && (hostPort?.text ?? "") === "") {
            continue;
          }
          const port =
            protocol === undefined ? containerPort.text : `${containerPort.text}/${protocol.text}`;
          yield {
            ...span,
            message: `EXPOSE instruction should not define an IP address or host-port mapping, found '${text}'`,
            // What comes out of a variable or of quotes is not there to be edited.
            ...(file.text.slice(span.start, span.end) === text && {
              fix: {
                title: `Change to ${port}`,
                safe: true,
                changesSteps: true,
                edits: [{ ...span, newText: port }],
              },
            }),
          };
        }
      }
    }
  },
};
