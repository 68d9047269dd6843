import { suite, test } from "node:test";
import { checkErrors } from "./errorFixture.ts";

suite("EXPOSE, STOPSIGNAL", () => {
  test("a port is a number or an ascending range", () => {
    checkErrors(`
      FROM busybox
      EXPOSE 99999
             ^^^^^ invalid containerPort: 99999
      EXPOSE a
             ^ invalid containerPort: a
      EXPOSE 5-1
             ^^^ invalid containerPort: 5-1
      EXPOSE 1-5 80/tcp
    `);
  });

  test("a protocol is tcp, udp or sctp in any case", () => {
    checkErrors(`
      FROM busybox
      EXPOSE 80/http 80/TCP
             ^^^^^^^ invalid port: "80/http": invalid proto: http
    `);
  });

  test("an address is valid", () => {
    checkErrors(`
      FROM busybox
      EXPOSE 1.2.3:80:80 [::1]:80:80
             ^^^^^^^^^^^ invalid IP address: 1.2.3
    `);
  });

  test("ranges of host and container are of one length", () => {
    checkErrors(`
      FROM busybox
      EXPOSE 80-82:90-91
             ^^^^^^^^^^^ invalid ranges specified for container and host Ports: 90-91 and 80-82
      EXPOSE 80-82:90
    `);
  });

  test("a signal has a known name or a number", () => {
    checkErrors(`
      FROM busybox
      STOPSIGNAL SIGNONE
                 ^^^^^^^ invalid signal: SIGNONE
      STOPSIGNAL 0
                 ^ invalid signal: 0
      STOPSIGNAL sigterm
      STOPSIGNAL 999
    `);
  });
});

suite("COPY and ADD", () => {
  test("a mode is octal or symbolic", () => {
    checkErrors(`
      FROM busybox
      COPY --chmod=17777 a b
                   ^^^^^ invalid chmod parameter: '17777'. it should be octal string and between 0 and 07777
      COPY --chmod=9 a b
                   ^ invalid chmod parameter: '9'. it should be octal string and between 0 and 07777
      COPY --chmod=u+z a b
                   ^^^ invalid syntax
      COPY --chmod=u+x,g=rw a b
    `);
  });

  test("a checksum is one of a single remote source", () => {
    checkErrors(`
      FROM busybox
      ADD --checksum=sha256:0 a b
                     ^^^^^^^^ checksum requires HTTP(S) or Git sources
      ADD --checksum=sha256:0 https://example.org/a https://example.org/b c
                     ^^^^^^^^ checksum can't be specified for multiple sources
      ADD --checksum=nonsense https://example.org/a b
                     ^^^^^^^^ invalid checksum digest format
    `);
  });

  test("COPY takes no URL and no Git repository", () => {
    checkErrors(`
      FROM busybox
      COPY https://example.org/a b
           ^^^^^^^^^^^^^^^^^^^^^ source can't be a URL for COPY
      COPY git@github.com:a/b.git c
           ^^^^^^^^^^^^^^^^^^^^^^ source can't be a git ref for COPY
    `);
  });

  test("--from takes no variable", () => {
    checkErrors(`
      FROM busybox
      COPY --from=$STAGE a b
                  ^^^^^^ variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround
    `);
  });

  test("a number names a stage that is there", () => {
    checkErrors(`
      FROM busybox
      COPY --from=7 a b
                  ^ invalid stage index 7
    `);
  });

  test("a stage is defined before it is copied from", () => {
    checkErrors(`
      FROM busybox AS a
      COPY --from=b x y
                  ^ cannot copy from stage "b", it needs to be defined before current stage "a"
      FROM busybox AS b
    `);
  });

  test("a stage cannot copy from itself", () => {
    checkErrors(`
      FROM busybox AS a
      COPY --from=a x y
                  ^ circular dependency detected on stage: a
    `);
  });
});

suite("mounts", () => {
  test("a type is known", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=type=cach,target=/x a
                       ^^^^ unsupported mount type "cach" (did you mean cache?)
    `);
  });

  test("a key is known, in any case", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=Target=/x,forn=y a
                            ^^^^ unexpected key 'forn' in 'forn=y'
    `);
  });

  test("a key that is no flag has a value", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=target a
                  ^^^^^^ invalid field 'target' must be a key=value pair
    `);
  });

  test("the order counts: required before the type is judged as of a bind mount", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=required,type=secret,id=a b
                  ^^^^^^^^ unexpected key 'required' for mount type 'bind'
      RUN --mount=type=secret,id=a,required b
    `);
  });

  test("size is for tmpfs only", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=type=cache,target=/x,size=1m a
                                       ^^^^ unexpected key 'size' for mount type 'cache'
      RUN --mount=type=tmpfs,target=/x,size=much a
                                            ^^^^ invalid value for size: much
    `);
  });

  test("sharing is shared, private or locked, and for caches only", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=type=cache,target=/x,sharing=lock a
                                               ^^^^ unsupported sharing value "lock" (did you mean locked?)
      RUN --mount=target=/x,sharing=locked a
                            ^^^^^^^^^^^^^^ invalid cache sharing set for bind mount
    `);
  });

  test("a secret has no from and no sharing", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=type=secret,id=a,from=b c
                                   ^^^^^^ secret mount should not have a from
      RUN --mount=type=secret,id=a,sharing=locked c
                                   ^^^^^^^^^^^^^^ secret mount should not define sharing
    `);
  });

  test("a secret has a source, target or id, but not both source and id", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=type=secret a
                  ^^^^^^^^^^^ invalid secret mount. one of source, target required
      RUN --mount=type=secret,source=a,id=b c
                                       ^^^^ both source and id can't be set
    `);
  });

  test("mode, uid and gid are not for bind and tmpfs", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=target=/x,uid=1 a
                            ^^^^^ uid not allowed for "bind" type mounts
      RUN --mount=type=tmpfs,target=/x,mode=7 a
                                       ^^^^^^ mode not allowed for "tmpfs" type mounts
    `);
  });

  test("a mode is octal and a uid decimal", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=type=secret,id=a,mode=9 b
                                        ^ invalid value 9 for mode
      RUN --mount=type=secret,id=a,uid=x b
                                       ^ invalid value x for uid
    `);
  });

  test("a boolean is one of Go", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=target=/x,ro=maybe a
                               ^^^^^ invalid value for ro: maybe
    `);
  });

  test("the target is not the root", () => {
    checkErrors(`
      FROM scratch
      RUN --mount=target=/ a
                  ^^^^^^^^ invalid mount target "/"
      RUN --mount=type=tmpfs a
          ^^^^^^^^^^^^^^^^^^ invalid mount target "/"
      WORKDIR /a
      RUN --mount=type=tmpfs,target=.. a
                             ^^^^^^^^^ invalid mount target "/"
      RUN --mount=type=tmpfs a
    `);
  });

  test("the fields are CSV", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=target=/x,a\\"b c
                  ^^^^^^^^^^^^^^ failed to parse csv mounts: parse error on line 1, column 12: bare " in non-quoted-field
    `);
  });

  test("from takes no variable", () => {
    checkErrors(`
      FROM busybox
      RUN --mount=from=$STAGE,target=/x a
                       ^^^^^^ 'from' doesn't support variable expansion, define alias stage instead
    `);
  });

  test("a stage is defined before it is mounted", () => {
    checkErrors(`
      FROM busybox AS a
      RUN --mount=from=b,target=/x y
                       ^ cannot mount from stage "b" to "/x", stage needs to be defined before current command
      FROM busybox AS b
    `);
  });

  test("a network and a security mode are known", () => {
    checkErrors(`
      FROM busybox
      RUN --network=some a
                    ^^^^ invalid network mode "some"
      RUN --security=none a
                     ^^^^ security "none" is not valid
    `);
  });

  test("a device has one name", () => {
    checkErrors(`
      # syntax=docker/dockerfile:1-labs
      FROM busybox
      RUN --device=a,b c
                     ^ invalid field 'b' must be a key=value pair
      RUN --device=name=a,name=b c
                          ^^^^^^ device name already set to a
      RUN --device=a,required=x c
                     ^^^^^^^^^^ invalid value for required: x
    `);
  });

  test("a device needs a frontend of the labs", () => {
    checkErrors(`
      FROM busybox
      RUN --device=a b
          ^^^^^^^^^^ device feature is only supported in Dockerfile frontend 1.14.0-labs or later
    `);
  });
});

suite("heredocs", () => {
  test("a heredoc ends", () => {
    checkErrors(`
      FROM busybox
      RUN <<EOF
      ^^^^^^^^^ unterminated heredoc
      make
    `);
  });

  test("a destination is no heredoc", () => {
    checkErrors(`
      FROM busybox
      COPY a <<EOF
             ^^^^^ COPY cannot accept a heredoc as a destination
      x
      EOF
    `);
  });
});

suite("expansion", () => {
  test("quotes come in pairs", () => {
    checkErrors(`
      FROM busybox
      ENV a="b
            ^^ failed to process "\\"b": unexpected end of statement while looking for matching double-quote
      ENV a='b
            ^^ failed to process "'b": unexpected end of statement while looking for matching single-quote
    `);
  });

  test("braces come in pairs", () => {
    checkErrors(`
      FROM busybox
      ENV a=\${b
            ^^^ failed to process "\${b": unsupported modifier (�) in substitution
    `);
  });

  test("braces hold a name", () => {
    checkErrors(`
      FROM busybox
      ENV a=\${}
            ^^^ failed to process "\${}": syntax error: bad substitution
      ENV a=\${:-b}
            ^^^ failed to process "\${:-b}": syntax error: bad substitution
      ENV a=\${{b}}
            ^^^ failed to process "\${{b}}": syntax error: bad substitution
    `);
  });

  test("a modifier is known", () => {
    checkErrors(`
      FROM busybox
      ENV a=\${b=c}
            ^^^^ failed to process "\${b=c}": unsupported modifier (=) in substitution
      ENV a=\${b:#c}
            ^^^^^ failed to process "\${b:#c}": unsupported modifier (:#) in substitution
    `);
  });

  test("a replacement has a slash", () => {
    checkErrors(`
      FROM busybox
      ENV a=\${b/c}
            ^^^^^^ failed to process "\${b/c}": syntax error: missing '/' in \${}
    `);
  });

  test("a variable that must be set is set", () => {
    checkErrors(`
      FROM busybox
      ENV a=\${b:?give}
            ^^^^^^^^^^ failed to process "\${b:?give}": b: give
      ENV a=\${b?}
            ^^^^^ failed to process "\${b?}": b: is not allowed to be unset
    `);
  });

  test("text of RUN and CMD is not looked at", () => {
    checkErrors(`
      FROM busybox
      RUN echo \${
      CMD "
    `);
  });
});
