"""An identity provider on this machine: discovery document, keys, and tokens signed with them."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

AUDIENCE = "https://bio2kg.example.org"
ORGANISATION = "https://identifier.overheid.nl/tooi/id/gemeente/gm0599"

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Provider:
    """What it serves can be changed while it runs; ``asked`` lists the paths that were asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[str] = []
        self.status = 200
        self.answer_after = 0.0
        self.about: dict[str, Any] = {"issuer": address, "jwks_uri": f"{address}/keys"}
        self.keys: dict[str, Private] = {
            "rsa": rsa.generate_private_key(65537, 2048),
            "ec": ec.generate_private_key(ec.SECP256R1()),
        }

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.jwk(kid) for kid in self.keys]}

    def jwk(self, kid: str) -> dict[str, Any]:
        key = self.keys[kid].public_key()
        algorithm = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPublicKey) else jwt.algorithms.ECAlgorithm
        return {**algorithm.to_jwk(key, as_dict=True), "kid": kid, "use": "sig"}

    def claims(self, **changed: Any) -> dict[str, Any]:
        """The claims of a good token; a change to None takes one away."""
        now = int(time.time())
        good = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": "jansen",
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "organization": ORGANISATION,
            "bio2kg_role": "author",
        }
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def token(
        self, kid: str = "rsa", algorithm: str = "", headers: dict[str, Any] | None = None, **changed: Any
    ) -> str:
        chosen = algorithm or ("ES256" if isinstance(self.keys[kid], ec.EllipticCurvePrivateKey) else "RS256")
        return jwt.encode(self.claims(**changed), self.keys[kid], chosen, {"kid": kid, **(headers or {})})


@contextmanager
def provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            time.sleep(found.answer_after)
            documents = {"/.well-known/openid-configuration": found.about, "/keys": found.jwks()}
            if found.status in (301, 302, 307):
                self.send_response(found.status)
                self.send_header("Location", "/keys")
                self.end_headers()
                return
            self.send_response(found.status if self.path in documents else 404)
            self.end_headers()
            self.wfile.write(json.dumps(documents.get(self.path)).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Provider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
