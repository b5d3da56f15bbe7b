"""What COPY and ADD take from the build context, and what BuildKit refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.dockerfile.docker_rules import copied_paths, errors
from tagmatrix.dockerfile.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = (("interval", "h"), ("retries", ""))

REFUSED = (
    "HEALTHCHECK --nope=3s CMD true",
    "HEALTHCHECK --interval CMD true",
    "HEALTHCHECK --interval=3 CMD true",
    "HEALTHCHECK --interval=-3s CMD true",
    "HEALTHCHECK --retries=x CMD true",
    "HEALTHCHECK --retries=-1 CMD true",
    "HEALTHCHECK true",
    "HEALTHCHECK CMD",
    "HEALTHCHECK NONE true",
    "SHELL /bin/sh -c",
    "SHELL []",
    "VOLUME []",
    'VOLUME [""]',
    "RUN --nope true",
    "RUN --network true",
    "COPY --nope=1 a b",
    "ENV a='b",
    'LABEL a="b',
    "ENV a it's",
    "USER ${x",
    "WORKDIR /${x:-y",
    "VOLUME 'a",
    "ARG a=${",
    "COPY --chown a b",
    "COPY --link=x a b",
    "COPY --chown=1 --chown=2 a b",
    "COPY --checksum=x a b",
    "ADD --from=x a b",
    "CMD --x true",
    "ENTRYPOINT --x true",
    "USER --x y",
    "WORKDIR --x /y",
    "ENV --x a=b",
    "LABEL --x a=b",
    "VOLUME --x /y",
    "EXPOSE --x 80",
    "MAINTAINER --x y",
    "ENV =x",
    "LABEL a=b =x",
    *(
        f"{start}{variable}{end}"
        for variable in ("${x:=y}", "${x=y}", "${x:#y}", "${x:1:2}", "${x^^}", "${#x}", "${x/a}")
        for start, end in (("WORKDIR /", ""), ("COPY <<EOF /\n'", "\nEOF"))
    ),
    *("ENV a=${x:=y}", "ENV a ${x:=y}", "LABEL a=${x:=y}", "ARG a=${x:=y}", "EXPOSE ${x:=80}"),
    *("USER ${x:=y}", "VOLUME ${x:=/y}", 'VOLUME ["${x:=/y}"]', "STOPSIGNAL ${x:=9}"),
    *("COPY ${x:=a} /b", 'ADD ["a", "/${x:=b}"]', "COPY <<EOF /${x:=b}\nEOF"),
    *("COPY --chown=${x:=1} a /b", "COPY --chmod=${x:=644} a /b"),
    "ADD --checksum=${x:=y} https://example.org/a /b",
    "RUN --mount=type=bind,source=${x:=a},target=/b true",
    "RUN --mount=type=cache,target=/${x:=b} true",
    "RUN --network=${x:-none} true",
    "RUN --network=bridge true",
    *(f"STOPSIGNAL {signal}" for signal in ("nope", "''", "0", "SIGRTMIN+16", "RTMAX-15")),
    *(f"COPY --chmod={mode} a b" for mode in ("999", "10000", "a", "0x1")),
    *("ADD --checksum=sha256:aa a b", 'EXPOSE ["80"]', "VOLUME ''"),
    *("RUN --mount= true", "RUN --mount=bind,target=/a true", "RUN --mount=type=cache true"),
    *(
        f"RUN --mount=type={mount},target=/a true"
        for mount in ("nope", "bind,nope=1", "bind,rw=maybe", "cache,sharing=nope")
    ),
    *(
        f"RUN --mount=type=cache,target=/a,{key}={value} true"
        for key, values in {
            "uid": ("x", "-1", "+1", "1.5", "0x10", "4294967296"),
            "gid": ("root", "1_0"),
            "mode": ("x", "X", "8", "u+x", "0o755", "40000000000"),
        }.items()
        for value in values
    ),
    *(f"RUN --mount=type=tmpfs,target=/a,size={size} true" for size in ("x", "-1", "10%", "1kk")),
    *(
        f"RUN --mount=type={mount},target=/a true"
        for mount in ("bind,uid=1", "tmpfs,mode=0755", "cache,size=1m", "bind,required")
    ),
    *("RUN --mount=size=1m,type=tmpfs,target=/a true", "RUN --mount=type=secret true"),
    *("RUN --mount=type=bind,sharing=locked,target=/a true",),
    *("RUN --mount=type=secret,id=a,source=b true", "RUN --mount=type=secret,id=a,from=b true"),
    *(f"HEALTHCHECK --{name}=999us CMD true" for name in ("interval", "timeout", "start-period")),
    *(f"HEALTHCHECK --interval={value} CMD true" for value in ("1ns", "0.5ms", "9999999h", "5µs")),
    *(
        f"ADD --checksum={checksum} https://example.org/a /b"
        for checksum in ("x", "sha256:aa", f"sha256:{'A' * 64}", f"md5:{'a' * 32}", "a" * 40)
    ),
    f"ADD --checksum=sha256:{'a' * 64} https://example.org/a https://example.org/b /c/",
    "STOPSIGNAL 99999999999999999999",
    *(f"HEALTHCHECK --{name}={'9' * 5000}{unit} CMD true" for name, unit in LONG),
    "HEALTHCHECK --retries=2147483648 CMD true",
    "COPY --exclude=a\\ a b",
)
IN_BUILDS = (
    *("ADD --checksum=zz https://example.org/a.git#v1 /b", "RUN []", 'RUN [""]'),
    *(f"COPY --exclude={pattern} a b" for pattern in ("!", "[", "a[b-a]", "[]a]", "[a-]")),
)
"""What BuildKit refuses only when it builds the image: its outline accepts them."""
IN_CHILDREN = ("ONBUILD --x RUN true", "ONBUILD COPY --nope a b", "ONBUILD HEALTHCHECK true")
"""What BuildKit refuses only when it builds an image from this one."""

# BuildKit accepts these if the variable has a right value, which tagmatrix can't know.
VARIABLES = (
    "STOPSIGNAL $x",
    "RUN --mount=type=$x,uid=1,dst=/a true",
    "RUN --mount=type=ssh,uid=$x true",
    "ADD --checksum=x https://example.org/$a /b",
)
ACCEPTED = (
    "ENV a=\"it's\" b=it\\'s c='$x' d=${x:-'y z'} e=${x:+y} f=${x%.*} g=$ h=$$x",
    'LABEL a=${x:-${y:-"z"}}',
    "USER $x:${y}",
    "WORKDIR /a b/${x}",
    "RUN echo 'a",
    "HEALTHCHECK NONE",
    "HEALTHCHECK --nope NONE",
    "healthcheck --interval=1m30s --timeout=.5s --start-period=0 --retries=3 cmd true",
    'HEALTHCHECK --interval= --start-interval=1s CMD ["true"]',
    'SHELL ["/bin/sh"]',
    'VOLUME ["/a", "/b"]',
    "RUN --mount=type=tmpfs,target=/a --mount=type=tmpfs,target=/b --network=none true",
    "COPY --link --chmod=755 --chown=1:1 a b",
    "COPY --link=FALSE a b",
    "ADD --keep-git-dir=true --link a b",
    "EXPOSE 80 8000-8010 53/udp 53/UDP",
    "STOPSIGNAL --x SIGTERM",
    "ARG --x a",
    "CMD",
    "ENTRYPOINT []",
    *(f"STOPSIGNAL {signal}" for signal in ("sigterm", "'SIGTERM'", "-1", "010", "SIGRTMIN+15")),
    *(f"COPY --chmod={mode} a b" for mode in ("7777", "00644", "u=rw,g+r", "+x", "go=", "$x", "")),
    *("ADD --checksum=be1f38e https://example.org/a.git#v1 /b", "STOPSIGNAL +9"),
    f"ADD --checksum=sha512:{'a' * 128} https://example.org/a /b",
    "ADD --checksum=$x https://example.org/a /b",
    *("EXPOSE '80'", "VOLUME '/a'", "RUN --mount=type=secret,id=a,required true"),
    *(
        f"RUN --mount=type={mount},dst=/a true"
        for mount in ("BIND,ro", "cache,sharing=LOCKED", "bind,rw=T", "tmpfs,size=1m")
    ),
    *(f"RUN --mount=type=tmpfs,dst=/a,size={size} true" for size in ("0", "1.5G", "1MiB", "1e3")),
    *(
        f"RUN --mount=type={mount} true"
        for mount in (
            "cache,dst=/a,uid=08,gid=4294967295,mode=1777",
            "secret,dst=/a,mode=0400",
            "secret,id=a,env=X",
        )
    ),
    "HEALTHCHECK --interval=1ms --timeout=0s --start-period=1000us --retries=2147483647 CMD true",
    *(f"COPY --exclude={pattern} a b" for pattern in ("", "!a", "**/*.[^ch]", "a]")),
    *(f"{keyword} echo ${{x:=y}} ${{x^^}} ${{#x}}" for keyword in ("RUN", "CMD", "ENTRYPOINT")),
    *("RUN <<EOF\n${x:=y}\nEOF", 'RUN ["${x:=y}"]', "HEALTHCHECK CMD ${x:=y}"),
    *("ONBUILD WORKDIR ${x:=y}", "MAINTAINER ${x:=y}", 'SHELL ["${x:=y}"]'),
    *("COPY <<'EOF' /a\n${x:=y}\nEOF", "COPY <<EOF /a\nit's ${x:-'} \" \\${x:=y}\nEOF"),
    *("WORKDIR '/${x:=y}'", "WORKDIR /\\${x:=y}", "WORKDIR /${x:-${y:+z}}${x/a/b}${x##a}"),
)


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("COPY a b /x/", ("a", "b")),
        ('COPY ["a b", "/x"]', ("a b",)),
        ("COPY --chmod=755 a /x", ("a",)),
        ("COPY --from=y a /x", ()),
        ("ADD https://example.org/a git@example.org:a.git b /x/", ("b",)),
        ("COPY https://example.org/a /x", ("https://example.org/a",)),
        ("COPY <<EOF a /x/\nb\nEOF", ("a",)),
        ("COPY $A /x", ("$A",)),
        ("RUN cp a b", ()),
    ],
)
def test_copied_paths(line: str, paths: tuple[str, ...]) -> None:
    """Addresses, here-documents and other stages are not in the build context."""
    (instruction,) = parse(line).instructions
    assert copied_paths(instruction) == paths


@pytest.mark.parametrize("line", [*REFUSED, *IN_BUILDS, *IN_CHILDREN])
def test_refused(line: str) -> None:
    """An option or an argument that BuildKit refuses is an error in its line."""
    text = f"FROM scratch\n{line}\n"
    assert [finding.line for finding in errors(parse(text), text)] == [2]


MESSAGES = (
    *("COPY a", "WORKDIR", "ONBUILD", "ONBUILD FROM a", "ARG =x", "NOPE x"),
    *("HEALTHCHECK --nope=1 --retries=x CMD", "HEALTHCHECK --timeot=1s CMD true", "EXPOSE 65536"),
    *("ADD --checksum=sha256:aa a https://example.org/b /c/", "RUN --mount=type=bind,target= x"),
    *("RUN --mount=type=tmpfs,size=`1` x", "#escape=x", "RUN --mount=typ=bind,target=/a x"),
)


def test_messages(golden: Callable[[str, bytes], None]) -> None:
    """Each error says what is wrong, and what to do."""
    found = [f"{each.line}: {each.text}" for each in errors(parse("ARG A"), "ARG A")]
    for line in (*REFUSED, *IN_BUILDS, *IN_CHILDREN, *MESSAGES):
        text = f"FROM scratch\n{line}\n"
        found.append(line if len(line) < 100 else f"{line[:97]}...")
        found += [f"    {each.line}: {each.text}" for each in errors(parse(text), text)]
    golden("dockerfile-errors.txt", "\n".join([*found, ""]).encode())


@pytest.mark.parametrize("line", [*ACCEPTED, *VARIABLES])
def test_accepted(line: str) -> None:
    """Nothing that BuildKit accepts is an error."""
    text = f"FROM scratch\n{line}\n"
    assert not list(errors(parse(text), text))


GIT = "ADD --checksum is x: write the hash of a commit"
HIDDEN = (
    "Docker does not see `# escape=`: parser directives must be at the very top, before blank "
    "lines, comments and unknown directives"
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RUN x\nFROM a\n", [(1, "RUN is before the first FROM: only ARG may be there")]),
        ("ARG A\nFROM a\n", []),
        ("FROM a\n# escape=`\n", [(2, HIDDEN)]),
        ("FROM a\nRUN x \\\n# escape=`\n y\n", []),
        ("# escape=`\nFROM a\n", []),
        (
            "FROM a\nCOPY << EOF /a\nx\nEOF\n",
            [(2, "COPY takes << for a file: write <<EOF without a blank")],
        ),
        ('FROM a\nCOPY "a /b\n', [(2, 'COPY "a: there is no " that closes it')]),
        ("FROM a\nADD --checksum=x git@a:b /c\n", [(2, GIT)]),
        ("FROM a\nADD --checksum=x https://a/b.git?c#d /c\n", [(2, GIT)]),
    ],
)
def test_lines(text: str, found: list[tuple[int, str]]) -> None:
    """An error has the line where it is."""
    assert [(each.line, each.text) for each in errors(parse(text), text)] == found


@pytest.mark.parametrize("port", ["x", "80/ftp", "8010-8000", "70000", "80:"])
def test_ports(port: str) -> None:
    """An invalid port is an error; the value of a variable is not known."""
    for word, wrong in ((port, True), (f"$A{port}", False)):
        text = f"FROM scratch\nEXPOSE 80 {word}\n"
        assert bool(list(errors(parse(text), text))) == wrong
