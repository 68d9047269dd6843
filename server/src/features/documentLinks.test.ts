import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { dedent } from "../text/dedent.ts";
import { documentLinks } from "./documentLinks.ts";
import { spanOfRange } from "./ranges.ts";

function links(text: string): string[] {
  const file = parse(text);
  return documentLinks(file).map(({ range, target }) => {
    const { start, end } = spanOfRange(file.lines, range);
    return `${text.slice(start, end)} → ${target}`;
  });
}

test("images lead to the pages of their registries", () => {
  const text = dedent(`
    # syntax=docker/dockerfile:1
    ARG V=3.12
    FROM python:$V AS build
    FROM grafana/grafana@sha256:0123456789012345678901234567890123456789012345678901234567890123
    FROM mcr.microsoft.com/dotnet/sdk:9.0
    COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/
    COPY --from=quay.io/a/b /c /d
  `);
  assert.deepEqual(links(text), [
    "docker/dockerfile:1 → https://hub.docker.com/r/docker/dockerfile",
    "python:$V → https://hub.docker.com/_/python",
    "grafana/grafana@sha256:0123456789012345678901234567890123456789012345678901234567890123 → https://hub.docker.com/r/grafana/grafana",
    "mcr.microsoft.com/dotnet/sdk:9.0 → https://mcr.microsoft.com/artifact/mar/dotnet/sdk",
    "ghcr.io/astral-sh/uv:latest → https://ghcr.io/astral-sh/uv",
    "quay.io/a/b → https://quay.io/repository/a/b",
  ]);
});

test("stages, scratch, unknown images and registries without pages lead nowhere", () => {
  assert.deepEqual(
    links(
      "FROM scratch AS a\nFROM a\nFROM $X\nFROM localhost:5000/b\nCOPY --from=0 c d\nCOPY --from=A c d\n",
    ),
    [],
  );
});
