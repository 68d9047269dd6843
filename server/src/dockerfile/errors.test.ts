import { suite, test } from "node:test";
import { checkErrors } from "./errorFixture.ts";

suite("whole files", () => {
  test("a file that comments alone make holds no instructions", () => {
    checkErrors(`
      # nothing
      ^ file with no instructions
    `);
  });

  test("ARG alone makes no stage", () => {
    checkErrors(`
      ARG X=1
      ^ dockerfile contains no stages to build
    `);
  });

  test("an instruction before the first FROM has no stage", () => {
    checkErrors(`
      RUN make
      ^^^^^^^^ no build stage in current context
      FROM busybox
    `);
  });
});

suite("directives", () => {
  test("an escape character is a backslash or a backtick", () => {
    checkErrors(`
      # escape=x
               ^ invalid escape token 'x' does not match \` or \\
      FROM busybox
    `);
  });

  test("a directive stands once", () => {
    checkErrors(`
      # escape=\`
      # escape=\`
      ^^^^^^^^^^ only one escape parser directive can be used
      FROM busybox
    `);
  });

  test("an option of check is one that BuildKit knows", () => {
    checkErrors(`
      # check=skip=A;skipp=B
                     ^^^^^^^ failed to parse check options: invalid check option "skipp"
      FROM busybox
    `);
  });

  test("the error option of check is a boolean", () => {
    checkErrors(`
      # check=error=maybe
              ^^^^^^^^^^^ failed to parse check options: failed to parse check option "error=maybe": strconv.ParseBool: parsing "maybe": invalid syntax
      FROM busybox
    `);
  });
});

suite("instructions and flags", () => {
  test("an unknown instruction gets the nearest keyword", () => {
    checkErrors(`
      FROM busybox
      COPPY a b
      ^^^^^ unknown instruction: COPPY (did you mean COPY?)
    `);
  });

  test("an unknown instruction far from any keyword gets none", () => {
    checkErrors(`
      FROM busybox
      FOOBAR a
      ^^^^^^ unknown instruction: FOOBAR
    `);
  });

  test("an unknown flag gets the nearest flag", () => {
    checkErrors(`
      FROM busybox
      COPY --form=x a b
             ^^^^ unknown flag: --form (did you mean from?)
    `);
  });

  test("every instruction but ARG and STOPSIGNAL reads its flags", () => {
    checkErrors(`
      FROM busybox
      ENV --x a=b
            ^ unknown flag: --x
      WORKDIR --x=1 /a
                ^ unknown flag: --x
      ARG --x
      ^^^^^^^ ARG requires at least one argument
    `);
  });

  test("a flag stands once unless it may repeat", () => {
    checkErrors(`
      FROM busybox
      COPY --from=x --from=y --exclude=a --exclude=b a b
                    ^^^^^^^^ duplicate flag specified: --from
    `);
  });

  test("a flag of text needs a value", () => {
    checkErrors(`
      FROM busybox
      COPY --chown a b
           ^^^^^^^ missing a value on flag: --chown
    `);
  });

  test("a boolean flag with an equals sign needs a value", () => {
    checkErrors(`
      FROM busybox
      COPY --link= a b
           ^^^^^^^ missing a value on flag: --link
    `);
  });

  test("a boolean flag is true or false", () => {
    checkErrors(`
      FROM busybox
      COPY --link=yes a b
                  ^^^ expecting boolean value for flag --link, not: yes
      COPY --link=TRUE a b
    `);
  });
});

suite("FROM", () => {
  test("FROM has one or three words", () => {
    checkErrors(`
      FROM
      ^^^^ FROM requires either one or three arguments
      FROM a b
      ^^^^^^^^ FROM requires either one or three arguments
      FROM a AS b c
      ^^^^^^^^^^^^^ FROM requires either one or three arguments
    `);
  });

  test("the second of three words is AS", () => {
    checkErrors(`
      FROM a with b
             ^^^^ FROM requires either one or three arguments
    `);
  });

  test("the name of a stage begins with a letter", () => {
    checkErrors(`
      FROM a AS 1b
                ^^ invalid name for build stage: "1b", name can't start with a number or contain symbols
      FROM a AS b/c
                ^^^ invalid name for build stage: "b/c", name can't start with a number or contain symbols
    `);
  });

  test("an image is not blank", () => {
    checkErrors(`
      ARG IMAGE
      FROM $IMAGE
           ^^^^^^ base name ($IMAGE) should not be blank
    `);
  });

  test("an image is a valid reference", () => {
    checkErrors(`
      FROM Busybox
           ^^^^^^^ failed to parse stage name "Busybox": invalid reference format: repository name (library/Busybox) must be lowercase
      FROM busy//box
           ^^^^^^^^^ failed to parse stage name "busy//box": invalid reference format
    `);
  });

  test("a stage is looked up as written, so upper case never finds one", () => {
    checkErrors(`
      FROM busybox AS build
      FROM Build
           ^^^^^ failed to parse stage name "Build": invalid reference format: repository name (library/Build) must be lowercase
    `);
  });

  test("a platform is known", () => {
    checkErrors(`
      FROM --platform=nonsense busybox
                      ^^^^^^^^ failed to parse platform nonsense: "nonsense": unknown operating system or architecture: invalid argument
    `);
  });

  test("a platform is not empty", () => {
    checkErrors(`
      FROM --platform=$BUILDPLATFROM busybox
                      ^^^^^^^^^^^^^^ empty platform value from expression $BUILDPLATFROM (did you mean BUILDPLATFORM?)
    `);
  });
});

suite("argument counts", () => {
  test("COPY and ADD need a source and a destination", () => {
    checkErrors(`
      FROM busybox
      COPY
      ^^^^ COPY requires at least two arguments, but only one was provided. Destination could not be determined
      COPY a
      ^^^^^^ COPY requires at least two arguments, but only one was provided. Destination could not be determined
      ADD a
      ^^^^^ ADD requires at least two arguments, but only one was provided. Destination could not be determined
    `);
  });

  test("ENV and LABEL need a pair", () => {
    checkErrors(`
      FROM busybox
      ENV
      ^^^ ENV requires at least one argument
      ENV a
      ^^^^^ ENV must have two arguments
      LABEL a
      ^^^^^^^ LABEL must have two arguments
    `);
  });

  test("what follows a pair is a pair", () => {
    checkErrors(`
      FROM busybox
      ENV a=b c
              ^ Syntax error - can't find = in "c". Must be of the form: name=value
      LABEL a=b "c d"
                ^^^^^ Syntax error - can't find = in "\\"c d\\"". Must be of the form: name=value
    `);
  });

  test("names are not blank", () => {
    checkErrors(`
      FROM busybox
      ENV =x
          ^^ ENV names can not be blank
      LABEL =x
            ^^ LABEL names can not be blank
      ARG =x
          ^^ ARG names can not be blank
    `);
  });

  test("EXPOSE, VOLUME, ARG and ONBUILD need an argument", () => {
    checkErrors(`
      FROM busybox
      EXPOSE
      ^^^^^^ EXPOSE requires at least one argument
      VOLUME
      ^^^^^^ VOLUME requires at least one argument
      ARG
      ^^^ ARG requires at least one argument
      ONBUILD
      ^^^^^^^ ONBUILD requires at least one argument
    `);
  });

  test("WORKDIR, USER, STOPSIGNAL and MAINTAINER need an argument", () => {
    checkErrors(`
      FROM busybox
      WORKDIR
      ^^^^^^^ WORKDIR requires exactly one argument
      USER
      ^^^^ USER requires exactly one argument
      STOPSIGNAL
      ^^^^^^^^^^ STOPSIGNAL requires exactly one argument
      MAINTAINER
      ^^^^^^^^^^ MAINTAINER requires exactly one argument
    `);
  });

  test("RUN, CMD and ENTRYPOINT may be empty", () => {
    checkErrors(`
      FROM busybox
      RUN
      CMD
      ENTRYPOINT
    `);
  });
});

suite("JSON", () => {
  test("an array holds strings only", () => {
    checkErrors(`
      FROM busybox
      CMD [1]
          ^^^ when using JSON array syntax, arrays must be comprised of strings only
      COPY ["a", 2]
           ^^^^^^^^ when using JSON array syntax, arrays must be comprised of strings only
    `);
  });

  test("SHELL is an array that is not empty", () => {
    checkErrors(`
      FROM busybox
      SHELL bash
            ^^^^ SHELL requires the arguments to be in JSON form
      SHELL []
      ^^^^^^^^ SHELL requires at least one argument
      SHELL
      ^^^^^ SHELL requires at least one argument
    `);
  });

  test("what is no JSON is a command for the shell", () => {
    checkErrors(`
      FROM busybox
      CMD ['a']
      CMD ["a",]
      CMD ["a"] b
    `);
  });

  test("a volume is not an empty string", () => {
    checkErrors(`
      FROM busybox
      VOLUME ["a", ""]
                   ^^ VOLUME specified can not be an empty string
      VOLUME ""
             ^^ VOLUME specified can not be an empty string
    `);
  });
});

suite("HEALTHCHECK", () => {
  test("the type is CMD or NONE in any case", () => {
    checkErrors(`
      FROM busybox
      HEALTHCHECK
      ^^^^^^^^^^^ HEALTHCHECK requires at least one argument
      HEALTHCHECK none
      HEALTHCHECK cmd a
      HEALTHCHECK HTTP a
                  ^^^^ Unknown type "HTTP" in HEALTHCHECK (try CMD)
    `);
  });

  test("NONE takes nothing and CMD needs a command", () => {
    checkErrors(`
      FROM busybox
      HEALTHCHECK NONE a
                       ^ HEALTHCHECK NONE takes no arguments
      HEALTHCHECK CMD
                  ^^^ Missing command after HEALTHCHECK CMD
      HEALTHCHECK CMD []
                  ^^^ Missing command after HEALTHCHECK CMD
    `);
  });

  test("a duration is one of Go, 0 or at least a millisecond", () => {
    checkErrors(`
      FROM busybox
      HEALTHCHECK --interval=1 CMD a
                             ^ time: missing unit in duration "1"
      HEALTHCHECK --timeout=1us CMD a
                            ^^^ Interval "timeout" cannot be less than 1ms
      HEALTHCHECK --start-period=1x CMD a
                                 ^^ time: unknown unit "x" in duration "1x"
      HEALTHCHECK --interval=0 --timeout=1h2m --start-interval=1ms CMD a
    `);
  });

  test("retries are a number that is not negative", () => {
    checkErrors(`
      FROM busybox
      HEALTHCHECK --retries=-1 CMD a
                            ^^ --retries cannot be negative (-1)
      HEALTHCHECK --retries=x CMD a
                            ^ strconv.ParseInt: parsing "x": invalid syntax
      HEALTHCHECK --retries=0 CMD a
    `);
  });

  test("the flags of NONE are never read", () => {
    checkErrors(`
      FROM busybox
      HEALTHCHECK --nonsense NONE
    `);
  });
});

suite("ONBUILD", () => {
  test("ONBUILD, FROM and MAINTAINER cannot be triggers", () => {
    checkErrors(`
      FROM busybox
      ONBUILD ONBUILD RUN x
              ^^^^^^^ Chaining ONBUILD via \`ONBUILD ONBUILD\` isn't allowed
      ONBUILD FROM x
              ^^^^ FROM isn't allowed as an ONBUILD trigger
      ONBUILD MAINTAINER x
              ^^^^^^^^^^ MAINTAINER isn't allowed as an ONBUILD trigger
    `);
  });

  test("other errors only come up when an image is built on this one", () => {
    checkErrors(`
      FROM busybox
      ONBUILD COPY a
              ^^^^^^ later: COPY requires at least two arguments, but only one was provided. Destination could not be determined
    `);
  });

  test("they come up at once when a stage is built on this one", () => {
    checkErrors(`
      FROM busybox AS base
      ONBUILD COPY a
              ^^^^^^ COPY requires at least two arguments, but only one was provided. Destination could not be determined
      FROM base
    `);
  });

  test("pairs without an equals sign are an error at once", () => {
    checkErrors(`
      FROM busybox
      ONBUILD ENV a=b c
                      ^ Syntax error - can't find = in "c". Must be of the form: name=value
    `);
  });
});
