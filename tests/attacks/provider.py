"""A small OpenID Connect provider on loopback: whoever comes is who it says, without a password."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """Discovery, authorize, token and keys, as the specification names them (OpenID Connect Core 1.0).

    Attributes:
        user: the claims of whoever signs in next.
        key: signs what it says; another one is a forger's.
    """

    def __init__(self) -> None:
        self.user: dict[str, Any] = {"sub": "anna"}
        self.key = self._published = RSAKey.generate_key(2048, {"kid": "one"})
        self._nonces: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def discovery(self, _query: dict[str, str]) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def keys(self, _query: dict[str, str]) -> dict[str, Any]:
        return {"keys": [self._published.as_dict(private=False)]}

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser goes next: nobody is asked for a password here."""
        code = f"code-{len(self._nonces)}"
        self._nonces[code] = query["nonce"]
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, query: dict[str, str]) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.url, "aud": "digits", "iat": now, "exp": now + 600, **self.user}
        claims["nonce"] = self._nonces.pop(query["code"])
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return {"access_token": "any", "token_type": "Bearer", "expires_in": 600, "id_token": signed}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        routes = {
            "/.well-known/openid-configuration": self.discovery,
            "/keys": self.keys,
            "/token": self.token,
        }
        authorize = self.authorize

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                if address.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", authorize(query))
                    self.end_headers()
                else:
                    self._answer(address.path, query)

            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(self.path, {name: values[0] for name, values in parse_qs(said).items()})

            def _answer(self, path: str, query: dict[str, str]) -> None:
                body = json.dumps(routes[path](query)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
