"""A certificate made on the spot, for HTTPS in the local network."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from formcheck.errors import MissingLibrary

NAME = "FormCheck on this laptop"
DAYS = 2  # a new certificate is made at each start
CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key on disk."""

    certificate: Path
    key: Path
    fingerprint: str  # SHA-256 as browsers show it


def make_certificate(folder: Path, address: str) -> Certificate:
    """Make a certificate that signs itself, for an address and this machine; the key is for this user only.

    Raises
    ------
    MissingLibrary
        If `cryptography` is not installed.
    """
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
    except ImportError as error:
        raise MissingLibrary(
            "HTTPS needs the library cryptography: pip install 'formcheck[https]'. Without --https a phone can "
            "upload and film all the same; only the page Live needs it."
        ) from error

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    hosts = [x509.IPAddress(ip_address(each)) for each in (address, "127.0.0.1")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([*hosts, x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    for path, content in zip(paths, (made.public_bytes(serialization.Encoding.PEM), secret)):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    return Certificate(*paths, made.fingerprint(hashes.SHA256()).hex(":").upper())
