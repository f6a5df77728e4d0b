"""A real nginx or Caddy before the dashboard, by the recipes of `docs/`: paths, https, and a course page."""

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from string import Template

from core.home import PROJECT
from tests.patience import SECONDS, until
from tests.ports import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CADDY = shutil.which("caddy")
NGINX_RECIPE, CADDY_RECIPE = (PROJECT / "docs" / name for name in ("nginx.conf", "Caddyfile"))
CONFIGURATION = Template("""
daemon off;
master_process off;
pid $folder/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path $folder/body;
  proxy_temp_path $folder/proxied;
  fastcgi_temp_path $folder/unused;
  uwsgi_temp_path $folder/unused;
  scgi_temp_path $folder/unused;
  $recipe
  server {
    listen 127.0.0.1:$http;
    listen 127.0.0.1:$https ssl;
    server_name course.example;
    ssl_certificate $folder/certificate.pem;
    ssl_certificate_key $folder/key.pem;
    default_type text/html;
    set $$app "$$scheme://app.example:$$server_port";
    location / { return 200 '<iframe width="1200" height="800" src="$$app$$request_uri"></iframe>'; }
  }
}
""")


class Proxy:
    """nginx before two dashboards, one at its own path `/class`, and a course page that frames the other.

    `app.example` and `course.example` are two sites, by http and https: `/` of the first is the plain
    dashboard, `/stripped/` too, `/class/` the prefixed one; the second frames the same address of the first.
    """

    def __init__(self, folder: Path, plain: Sequence[str], prefixed: str) -> None:
        """Start it before dashboards at `plain`, which share a store if there are several, and `prefixed`."""
        if NGINX is None:
            raise RuntimeError("There is no nginx: install Debian's nginx-light.")
        folder.mkdir(parents=True, exist_ok=True)
        http, https, redirecting = free_port(), free_port(), free_port()
        self.http, self.https = f"http://app.example:{http}", f"https://app.example:{https}"
        self.redirecting = f"http://127.0.0.1:{redirecting}"
        _certify(folder / "certificate.pem", folder / "key.pem")
        changes = {
            "server 127.0.0.1:8501;": " ".join(f"server {_place(url)};" for url in plain),
            "listen 80;": f"listen 127.0.0.1:{redirecting};",
            "listen 443 ssl;": f"listen 127.0.0.1:{http}; listen 127.0.0.1:{https} ssl;",
            "digits.example.org": "app.example",
            "/etc/ssl/digits": str(folder),
            "# location /class/ { proxy_pass http://digits;": f"location /class/ {{ proxy_pass {prefixed};",
            "# location /stripped/": "location /stripped/",
        }
        file = folder / "nginx.conf"
        values = {"folder": folder, "http": http, "https": https}
        file.write_text(CONFIGURATION.substitute(values, recipe=_changed(NGINX_RECIPE, changes)))
        self.process = subprocess.Popen([NGINX, "-e", "stderr", "-p", folder, "-c", file])
        _wait_for(self.process, http, https)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=SECONDS)


class Caddy:
    """Caddy before dashboards that share a store: at `/`, at a path of their own `/class`, and `/stripped/`.

    It answers to `app.example` by https, with a certificate of its own making, and by http to 127.0.0.1.
    """

    def __init__(self, folder: Path, dashboards: Sequence[str]) -> None:
        if CADDY is None:
            raise RuntimeError("There is no Caddy: install Debian's caddy.")
        folder.mkdir(parents=True, exist_ok=True)
        http, https = free_port(), free_port()
        self.http, self.https = f"http://127.0.0.1:{http}", f"https://app.example:{https}"
        changes = {
            "127.0.0.1:8501 127.0.0.1:8502": " ".join(_place(url) for url in dashboards),
            "digits.example.org {": f"{self.https}, {self.http} {{\n\tbind 127.0.0.1",
            "# handle": "handle",
            "#\timport": "\timport",
            "# }": "}",
        }
        options = ["admin off", "local_certs", "skip_install_trust", f"http_port {http}"]
        settings = "\n".join([*options, f"storage file_system {folder}"])
        file = folder / "Caddyfile"
        file.write_text(f"{{\n{settings}\n}}\n{_changed(CADDY_RECIPE, changes)}")
        own = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self.process = subprocess.Popen(
            [CADDY, "run", "--config", file], env=os.environ | own, stderr=(folder / "log").open("wb")
        )
        _wait_for(self.process, http, https)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=SECONDS)


def _changed(recipe: Path, changes: Mapping[str, str]) -> str:
    """Return the recipe as a host would change it for another place; each change must find its line."""
    text = recipe.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def _place(url: str) -> str:
    return url.removeprefix("http://")


def _certify(certificate: Path, key: Path) -> None:
    options = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=app.example"]
    command = ["openssl", "req", *options, "-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True)


def _wait_for(process: subprocess.Popen[bytes], http: int, https: int) -> None:
    until(lambda: process.poll() is not None or (_listens(http) and _greets(https)), "the proxy's start")
    if process.poll() is not None:
        raise RuntimeError("The proxy did not start.")


def _listens(port: int) -> bool:
    with closing(socket.socket()) as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def _greets(port: int) -> bool:
    """Whether there is a certificate: Caddy makes its own after it has begun to listen."""
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection(("127.0.0.1", port)) as line,
            anybody.wrap_socket(line, server_hostname="app.example"),
        ):
            return True
    except OSError:
        return False
