"""A registry in the place of others: all of the protocol, in memory, with faults on request.

It has the referrers API, tokens with scopes and an end, and every fault that the tests need.
https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.web.site import IPv6Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Fault = Callable[["Handler"], bool]

USER = "ada"
PASSWORD = "pass-Word-1815"  # noqa: S105 (the registry of the tests)
_PATH = re.compile(r"/v2/(?P<name>.+?)/(?P<kind>manifests|blobs|tags|referrers)/(?P<rest>.*)")
_INDEX = "application/vnd.oci.image.index.v1+json"


def sha256(content: bytes) -> str:
    """Return the digest of bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@dataclass
class Content:
    """The content of one repository."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Standin:
    """A running registry; tests change its settings and look at what it was asked.

    Attributes:
        auth: how it asks for credentials: nothing, basic or bearer.
        seconds: how long its tokens are valid.
        public: whether a token to read needs no credentials.
        lasting: how many requests a token answers; None for all.
        referrers: whether it has the API of referrers.
        deletes: what may be deleted: tags, digests.
        page: how many tags a page has.
        mounts: whether blobs can be mounted.
        uploaded: the times of pushes, in milliseconds, by digest; None to list no digests.
        faults: by beginning of `METHOD /path`, what answers instead; it returns whether it did.
    """

    server: ThreadingHTTPServer
    auth: str = ""
    seconds: int = 300
    public: bool = False
    lasting: int | None = None
    referrers: bool = True
    deletes: frozenset[str] = frozenset({"tags", "digests"})
    page: int = 1000
    mounts: bool = True
    uploaded: dict[str, int] | None = None
    realm: str = ""
    repositories: dict[str, Content] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    tokens: dict[str, tuple[float, str, int]] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def host(self) -> str:
        """Return its host with its port."""
        address = "[::1]" if isinstance(self.server, IPv6Server) else "127.0.0.1"
        return f"{address}:{self.server.server_port}"

    def count(self, begin: str) -> int:
        """Return how many requests begin with `METHOD /path`."""
        return sum(f"{method} {path}".startswith(begin) for method, path, _ in self.asked)

    def of(self, name: str) -> Content:
        """Return the content of a repository."""
        return self.repositories.setdefault(name, Content())

    def add_blob(self, name: str, content: bytes) -> str:
        """Add a blob, and return its digest."""
        self.of(name).blobs[sha256(content)] = content
        return sha256(content)

    def add(self, name: str, content: bytes, *tags: str, kind: str = "") -> str:
        """Add a manifest with tags, and return its digest."""
        kind = kind or json.loads(content)["mediaType"]
        digest = sha256(content)
        self.of(name).manifests[digest] = (kind, content)
        self.of(name).tags.update(dict.fromkeys(tags, digest))
        return digest


class Handler(BaseHTTPRequestHandler):
    """Answers requests; the fault that is set for a request may answer instead."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits 40 ms for the client
    registry: ClassVar[Standin]

    def handle_one(self) -> None:
        """Answer a request of any method."""
        standin: Standin = self.server.standin  # type: ignore[attr-defined]  # http.server has no place for it
        self.standin = standin
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length) if length else b""
        line = f"{self.command} {self.path}"
        standin.asked.append((self.command, self.path, dict(self.headers)))
        for begin, fault in list(standin.faults.items()):
            if line.startswith(begin):
                with contextlib.suppress(OSError):
                    if fault(self):
                        return
        with contextlib.suppress(OSError), standin.lock:
            self.route()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = handle_one  # noqa: N815 (the names that http.server calls)

    def route(self) -> None:
        """Answer as a registry without faults."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/token":
            self.give_token(parse_qs(parts.query))
        elif not self.allowed(parts.path):
            self.challenge(parts.path)
        elif parts.path == "/v2/":
            self.send(200, b"{}")
        elif match := _PATH.fullmatch(parts.path):
            getattr(self, f"on_{match['kind']}")(match["name"], match["rest"], query)
        else:
            self.error(404, "NAME_UNKNOWN")

    # tokens

    def allowed(self, path: str) -> bool:
        """Return whether the credentials of the request are enough."""
        given = self.headers.get("Authorization", "")
        if not self.standin.auth:
            return True
        if self.standin.auth == "basic":
            return given == f"Basic {_encoded()}"
        ends, scope, left = self.standin.tokens.get(given.removeprefix("Bearer "), (0.0, "", 0))
        self.standin.tokens[given.removeprefix("Bearer ")] = (ends, scope, left - 1)
        if ends < time.monotonic() or left < 1:
            return False
        match = _PATH.fullmatch(path)
        wanted = {"GET": "pull", "HEAD": "pull", "DELETE": "delete"}.get(self.command, "push")
        return match is None or any(
            one.startswith(f"repository:{match['name']}:")
            and wanted in one.rpartition(":")[2].split(",")
            for one in scope.split()
        )

    def challenge(self, path: str) -> None:
        """Ask for credentials."""
        if self.standin.auth == "basic":
            self.error(401, "UNAUTHORIZED", **{"WWW-Authenticate": 'Basic realm="a \\"b\\""'})
            return
        realm = self.standin.realm or f"http://{self.standin.host}/token"
        match = _PATH.fullmatch(path)
        actions = {"GET": "pull", "HEAD": "pull", "DELETE": "delete"}.get(self.command, "pull,push")
        scope = f',scope="repository:{match["name"]}:{actions}"' if match else ""
        header = f'Bearer realm="{realm}",service="stand-in"{scope}'
        self.error(401, "UNAUTHORIZED", **{"WWW-Authenticate": header})

    def give_token(self, query: dict[str, list[str]]) -> None:
        """Give a token for the scopes, if the user is known."""
        given = self.headers.get("Authorization", "")
        form = parse_qs(self.body.decode())
        public = self.standin.public and not given and self.command == "GET"
        if (
            not public
            and given != f"Basic {_encoded()}"
            and form.get("refresh_token") != [f"refresh-{PASSWORD}"]
        ):
            self.error(401, "UNAUTHORIZED")
            return
        token = f"token-{len(self.standin.tokens)}-{time.monotonic_ns()}"
        scope = " ".join([*query.get("scope", ()), *form.get("scope", ())])
        if public:
            scope = " ".join(f"{one.rpartition(':')[0]}:pull" for one in scope.split())
        lasting = 10**9 if self.standin.lasting is None else self.standin.lasting
        self.standin.tokens[token] = (time.monotonic() + self.standin.seconds, scope, lasting)
        value = {"token": token, "expires_in": self.standin.seconds}
        self.send(200, json.dumps(value).encode())

    # the protocol

    def on_manifests(self, name: str, reference: str, _query: dict[str, str]) -> None:
        """Read, write or delete a manifest."""
        content = self.standin.of(name)
        if self.command == "PUT":
            self.put_manifest(content, name, reference)
            return
        digest = reference if ":" in reference else content.tags.get(reference, "")
        if digest not in content.manifests:
            self.error(404, "MANIFEST_UNKNOWN")
        elif self.command == "DELETE":
            self.delete(content, reference)
        else:
            kind, raw = content.manifests[digest]
            if kind not in self.headers.get("Accept", ""):
                self.error(404, "MANIFEST_UNKNOWN")
            else:
                self.send(200, raw, **{"Content-Type": kind, "Docker-Content-Digest": digest})

    def put_manifest(self, content: Content, name: str, reference: str) -> None:
        """Store a manifest whose members and blobs are all there."""
        value = json.loads(self.body)
        digest = sha256(self.body)
        blobs = [value["config"], *value["layers"]] if "config" in value else []
        wanted = [each["digest"] for each in blobs]
        children = [each["digest"] for each in value.get("manifests", ())]
        if ":" in reference and reference != digest:
            self.error(400, "DIGEST_INVALID")
        elif not self.complete(content, wanted, [] if reference[:7] == "sha256-" else children):
            self.error(400, "MANIFEST_BLOB_UNKNOWN")
        else:
            content.manifests[digest] = (self.headers["Content-Type"], self.body)
            if ":" not in reference:
                content.tags[reference] = digest
            extra = {"OCI-Subject": value["subject"]["digest"]} if "subject" in value else {}
            location = f"/v2/{name}/manifests/{digest}"
            self.send(201, b"", **{"Docker-Content-Digest": digest, "Location": location, **extra})

    @staticmethod
    def complete(content: Content, blobs: list[str], children: list[str]) -> bool:
        """Return whether all parts of a manifest are there."""
        return content.blobs.keys() >= set(blobs) and content.manifests.keys() >= set(children)

    def delete(self, content: Content, reference: str) -> None:
        """Delete a tag, or a digest with its tags, if this registry may."""
        kind = "digests" if ":" in reference else "tags"
        if kind not in self.standin.deletes:
            self.error(405, "UNSUPPORTED")
            return
        if kind == "tags":
            del content.tags[reference]
        else:
            del content.manifests[reference]
            gone = [tag for tag, digest in content.tags.items() if digest == reference]
            for tag in gone:
                del content.tags[tag]
        self.send(202, b"")

    def on_tags(self, name: str, _rest: str, query: dict[str, str]) -> None:
        """List tags, page by page."""
        if name not in self.standin.repositories:
            self.error(404, "NAME_UNKNOWN")
            return
        every = sorted(self.standin.of(name).tags)
        begin = query.get("last", "")
        left = [tag for tag in every if tag > begin]
        shown = left[: min(self.standin.page, int(query.get("n", 1000)))]
        headers = {}
        if len(shown) < len(left):
            last = f"/v2/{name}/tags/list?last={shown[-1]}&n={self.standin.page}"
            headers["Link"] = f'<{last}>; rel="next"'
        value: dict[str, object] = {"name": name, "tags": shown or None}
        if self.standin.uploaded is not None:
            times = self.standin.uploaded
            value["manifest"] = {key: {"timeUploadedMs": str(times[key])} for key in times}
        self.send(200, json.dumps(value).encode(), **headers)

    def on_referrers(self, name: str, digest: str, _query: dict[str, str]) -> None:
        """List what refers to a digest."""
        if not self.standin.referrers:
            self.error(404, "NOT_FOUND")
            return
        found = []
        for own, (kind, raw) in self.standin.of(name).manifests.items():
            value = json.loads(raw)
            if value.get("subject", {}).get("digest") == digest:
                descriptor = {"mediaType": kind, "digest": own, "size": len(raw)}
                more = {key: value[key] for key in ("artifactType", "annotations") if key in value}
                found.append(descriptor | more)
        body = json.dumps({"schemaVersion": 2, "mediaType": _INDEX, "manifests": found}).encode()
        self.send(200, body, **{"Content-Type": _INDEX})

    def on_blobs(self, name: str, rest: str, query: dict[str, str]) -> None:
        """Read or write a blob."""
        content = self.standin.of(name)
        if self.command in {"GET", "HEAD"}:
            if rest in content.blobs:
                self.send(200, content.blobs[rest], **{"Docker-Content-Digest": rest})
            else:
                self.error(404, "BLOB_UNKNOWN")
        elif self.command == "POST":
            source = self.standin.repositories.get(query.get("from", ""), Content())
            wanted = query.get("mount", "")
            if self.standin.mounts and wanted in source.blobs:
                content.blobs[wanted] = source.blobs[wanted]
                self.send(201, b"", Location=f"/v2/{name}/blobs/{wanted}")
                return
            key = f"upload-{len(self.standin.uploads)}"
            self.standin.uploads[key] = b""
            self.send(202, b"", Location=f"/v2/{name}/blobs/uploads/{key}?_state=a")
        elif sha256(self.body) != query.get("digest"):
            self.error(400, "DIGEST_INVALID")
        else:
            content.blobs[query["digest"]] = self.body
            self.send(201, b"", Location=f"/v2/{name}/blobs/{query['digest']}")

    # answers

    def send(self, status: int, body: bytes, **headers: str) -> None:
        """Send a complete answer."""
        self.send_response(status)
        known = {
            "Content-Length": str(len(body)),
            "Docker-Distribution-Api-Version": "registry/2.0",
        }
        for key, value in {**known, **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def error(self, status: int, code: str, message: str = "no", **headers: str) -> None:
        """Send an error in the form of registries."""
        body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
        self.send(status, body, **{"Content-Type": "application/json", **headers})

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def _encoded() -> str:
    return base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def times(number: int, fault: Fault) -> Fault:
    """Return a fault that answers only the first requests."""
    left = [number]

    def some(handler: Handler) -> bool:
        if not left[0]:
            return False
        left[0] -= 1
        return fault(handler)

    return some


def body(content: bytes) -> Fault:
    """Return a fault that answers with a body."""

    def answer(handler: Handler) -> bool:
        handler.send(200, content)
        return True

    return answer


def normally(handler: Handler) -> bool:
    """Answer without a fault: for requests that another fault would also match."""
    handler.route()
    return True


def status(code: int, word: str = "DENIED", **headers: str) -> Fault:
    """Return a fault that answers with a status."""

    def answer(handler: Handler) -> bool:
        handler.error(code, word, **headers)
        return True

    return answer


@contextlib.contextmanager
def serve(*, ipv6: bool = False) -> Iterator[Standin]:
    """Run a registry on the loopback."""
    server = (
        IPv6Server(("::1", 0), Handler) if ipv6 else ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    )
    server.daemon_threads = True
    standin = Standin(server)
    server.standin = standin  # type: ignore[attr-defined]  # http.server has no place for it
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # it would print
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002})
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
