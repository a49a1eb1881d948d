"""What a profile may hold: pure. Page and write ask the same functions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from portal.domain.accounts.types import KeptAddress, PostalAddress
from portal.kernel.refusal import Refusal

MOST_ADDRESSES = 10

#: USPS Publication 28, appendix B: states, the District, territories, freely associated states, armed forces.
STATES = {
    "AL": "Alabama", "AK": "Alaska", "AS": "American Samoa", "AZ": "Arizona", "AR": "Arkansas",
    "AA": "Armed Forces Americas", "AE": "Armed Forces Europe", "AP": "Armed Forces Pacific", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida",
    "GA": "Georgia", "GU": "Guam", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa",
    "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MH": "Marshall Islands", "MD": "Maryland",
    "MA": "Massachusetts", "MI": "Michigan", "FM": "Micronesia", "MN": "Minnesota", "MS": "Mississippi",
    "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
    "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "MP": "Northern Mariana Islands", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PW": "Palau",
    "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "VI": "US Virgin Islands", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip


def why_not_add(addresses: Sequence[KeptAddress]) -> Refusal | None:
    """Whether there is room for one more address."""
    return Refusal("too_many_addresses", most=MOST_ADDRESSES) if len(addresses) >= MOST_ADDRESSES else None


def has_room_again(addresses: Sequence[KeptAddress]) -> bool:
    """Whether the one that was just deleted made room: there was none before."""
    return len(addresses) == MOST_ADDRESSES - 1


def why_not_delete(addresses: Sequence[KeptAddress]) -> Refusal | None:
    """Whether an address may go: one always stays."""
    return Refusal("last_address") if len(addresses) <= 1 else None


def default_after(addresses: Sequence[KeptAddress], leaving: UUID) -> KeptAddress | None:
    """Which address is the default once `leaving` is gone: the present one, else the oldest of the others.

    `addresses` oldest first.
    """
    staying = [address for address in addresses if address.id != leaving]
    return next((address for address in staying if address.is_default), staying[0] if staying else None)


def version_of(words: PostalAddress) -> str:
    """What stands for the words of an address in a form that is open: 64 bits of their SHA-256.

    Another text, another version; the same text put back is no conflict. Being the default is not part of it.
    """
    return sha256(json.dumps(words).encode()).hexdigest()[:16]
