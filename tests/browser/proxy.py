"""A real nginx in front of the dashboard, as it stands in front of many: paths, https, and a course page."""

import shutil
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path
from string import Template

from tests.patience import SECONDS

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
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
  client_max_body_size 300m;
  map $$http_upgrade $$connection_upgrade { default upgrade; '' close; }
  proxy_http_version 1.1;
  proxy_set_header Host $$http_host;
  proxy_set_header Upgrade $$http_upgrade;
  proxy_set_header Connection $$connection_upgrade;
  proxy_set_header X-Forwarded-Proto $$scheme;
  ssl_certificate $folder/certificate.pem;
  ssl_certificate_key $folder/key.pem;
  server {
    listen 127.0.0.1:$http;
    listen 127.0.0.1:$https ssl;
    server_name app.example;
    location / { proxy_pass $plain; }
    location /class/ { proxy_pass $prefixed; }
    location /stripped/ { proxy_pass $plain/; }
  }
  server {
    listen 127.0.0.1:$http;
    listen 127.0.0.1:$https ssl;
    server_name course.example;
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

    def __init__(self, folder: Path, plain: str, prefixed: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        http, https = _free_port(), _free_port()
        self.http, self.https = f"http://app.example:{http}", f"https://app.example:{https}"
        _certify(folder / "certificate.pem", folder / "key.pem")
        values = {"folder": folder, "http": http, "https": https}
        file = folder / "nginx.conf"
        file.write_text(CONFIGURATION.substitute(values, plain=plain, prefixed=prefixed))
        if NGINX is None:
            raise RuntimeError("There is no nginx: install Debian's nginx-light.")
        self.process = subprocess.Popen([NGINX, "-e", "stderr", "-p", folder, "-c", file])
        _wait_for(https, self.process)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=SECONDS)


def _certify(certificate: Path, key: Path) -> None:
    options = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=app.example"]
    command = ["openssl", "req", *options, "-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + SECONDS
    while True:
        with closing(socket.socket()) as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError("nginx did not start.")
        time.sleep(0.05)
