"""Certificates of an authority of one's own, for servers that nobody else has to trust: no files, no network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_USAGES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
_AUTHORITY_USAGES = ("key_cert_sign", "crl_sign")


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its private key (PKCS #8), both PEM."""

    certificate: bytes
    key: bytes


def authority(name: str, days: int) -> Issued:
    """A certificate that signs others (RFC 5280)."""
    key = _key()
    subject = _name(name)
    made = _begun(subject, subject, key, days)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = made.add_extension(_usage(*_AUTHORITY_USAGES), critical=True)
    return _issued(made.sign(key, hashes.SHA256()), key)


def issued_by(signer: Issued, name: str, hosts: Sequence[str], days: int) -> Issued:
    """A certificate for these host names and addresses, as a server and as a client; without hosts as a client only."""
    above = x509.load_pem_x509_certificate(signer.certificate)
    signing = serialization.load_pem_private_key(signer.key, None)
    if not isinstance(signing, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is none of ours")
    key = _key()
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if hosts else [])]
    made = _begun(_name(name), above.subject, key, days)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(_usage("digital_signature"), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    if hosts:
        made = made.add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
    return _issued(made.sign(signing, hashes.SHA256()), key)


def ends_at(certificate: bytes) -> datetime:
    """When it is valid no longer. Raises ValueError for what is no certificate."""
    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks differ
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*wanted: str) -> x509.KeyUsage:
    rest = {name: name in wanted for name in (*_USAGES, *_AUTHORITY_USAGES)}
    return x509.KeyUsage(**rest, encipher_only=False, decipher_only=False)


def _issued(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Issued:
    as_pkcs8 = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Issued(
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, *as_pkcs8),
    )
