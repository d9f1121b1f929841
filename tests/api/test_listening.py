"""Where the gateway listens: beyond this machine under TLS alone, with a real certificate and real requests."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.listening import Listening, Tls
from api.serving import Serving
from reconciler.errors import Stalled
from tests.fakes.gateway import PASSWORD, Gate


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    folder = tmp_path_factory.mktemp("tls")
    made = Tls(folder / "cert.pem", folder / "key.pem")
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run(["openssl", *words, "-addext", "subjectAltName=DNS:localhost", "-keyout", made.key, "-out", made.certificate], check=True, capture_output=True)
    return made


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "2001:db8::7"])
def test_an_address_that_others_reach_is_refused_without_tls(gate: Gate, host: str) -> None:
    with pytest.raises(Stalled, match="TLS is required there; name a certificate"):
        Serving(gate.app, Listening(0, host))


def test_a_name_is_no_address_to_listen_on(gate: Gate) -> None:
    with pytest.raises(Stalled, match="expected an address"):
        Serving(gate.app, Listening(0, "build.example"))


def test_a_certificate_that_is_none_is_told_before_anything_is_served(gate: Gate, tls: Tls, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("no key\n")
    with pytest.raises(Stalled, match="that belong together"):
        Serving(gate.app, Listening(0, tls=Tls(tls.certificate, tmp_path / "key.pem")))
    with pytest.raises(Stalled, match=r"RECONCILER_TLS_CERT: .*gone\.pem is not there"):
        Serving(gate.app, Listening(0, tls=Tls(tmp_path / "gone.pem", tls.key)))


@pytest.fixture
def served(gate: Gate, tls: Tls) -> Iterator[Serving]:
    secure = replace(gate.services, gateway=replace(gate.services.gateway, is_secure=True))
    serving = Serving(create_app(secure), Listening(0, "0.0.0.0", tls, "localhost"))
    serving.start()
    yield serving
    serving.stop()


def test_under_tls_it_is_served_and_its_cookie_goes_over_tls_alone(served: Serving, tls: Tls) -> None:
    assert served.address == f"https://localhost:{served.port}"
    trusted = ssl.create_default_context(cafile=str(tls.certificate))
    with httpx.Client(verify=trusted, trust_env=False) as client:
        answer = client.post(f"{served.address}/api/v1/auth/login", json={"username": "admin", "password": PASSWORD})
    assert answer.is_success, answer.text
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_without_tls_it_does_not_answer_there(served: Serving) -> None:
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"http://localhost:{served.port}/healthz", trust_env=False)
