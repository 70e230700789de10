"""This machine's address in the local network."""

from __future__ import annotations

import socket
from ipaddress import AddressValueError, IPv4Address

from formcheck.errors import UsageError

SOMEWHERE = ("198.51.100.1", 9)  # reserved for documents; nothing is sent there, nor could anything arrive
NO_NETWORK = (
    "This machine is in no network that a phone could be in. Join the phone's Wi-Fi, or its hotspot, and start again; "
    "or name this machine's address with --address."
)


def address_in_the_network(wanted: str = "") -> str:
    """Return an IPv4 address under which others in the network reach this machine.

    Parameters
    ----------
    wanted : the address to use if this machine has it; empty = the one of the default route

    Raises
    ------
    UsageError
        If this machine is in no network, or does not have the wanted address.
    """
    address = _checked(wanted) if wanted else _of_the_default_route()
    if IPv4Address(address).is_loopback or IPv4Address(address).is_unspecified:
        raise UsageError(NO_NETWORK)
    return address


def _checked(wanted: str) -> str:
    try:
        address = str(IPv4Address(wanted))
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((address, 0))
    except (AddressValueError, OSError) as error:
        raise UsageError(
            f"{wanted!r} is no address of this machine, such as 192.168.1.5. The system's network settings list them."
        ) from error
    return address


def _of_the_default_route() -> str:
    """Return the address that this machine would send from; choosing a route sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOMEWHERE)
        except OSError as error:
            raise UsageError(NO_NETWORK) from error
        return str(probe.getsockname()[0])
