"""Is every chain as it was written? Names the first bad row of each chain, and of the last seal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from portal.domain.audit import queries, rules, sealing
from portal.domain.audit.rules import Entry
from portal.domain.audit.sealing import Chain, Seal
from portal.domain.viewer import Head


class Bad(NamedTuple):
    """The first row of a chain that is not as it was written. `why`: broken, missing, resealed, others (in a list)."""

    chain: str
    subject_id: int
    seq: int
    why: str


class Verdict(NamedTuple):
    """What verifying found. `seal` is the newest one; `seal_wrong` what is the matter with it or one before it."""

    chains: int
    links: int
    bad: list[Bad]
    seal: Seal | None
    seal_wrong: str | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.bad and self.seal_wrong is None


def verify(seals: Path) -> Verdict:
    """Check every chain against its own hashes and against the newest seal in the folder."""
    seal = sealing.last_seal(seals)
    sealed = dict(seal.heads) if seal else {}
    chains, links, bad = 0, 0, []
    for chain in sealing.present_heads():
        entries = queries.chain_of(*chain)
        chains, links = chains + 1, links + len(entries)
        found = first_bad(chain, entries, sealed.pop(chain, None)) or _first_bad_list(chain, entries)
        if found:
            bad.append(found)
    bad += _vanished(sealed)
    return Verdict(chains, links, bad, seal, _seal_wrong(seals, seal))


def first_bad(chain: Chain, entries: list[Entry], sealed: Head | None) -> Bad | None:
    """The first bad row of one chain: one that does not follow, one that is gone, or was not sealed so."""
    broken = rules.first_bad(entries)
    if broken is not None:
        return Bad(*chain, broken, "broken")
    if sealed is None:
        return None
    if len(entries) < sealed.seq:
        return Bad(*chain, len(entries) + 1, "missing")
    return None if entries[sealed.seq - 1].hash == sealed.hash else Bad(*chain, sealed.seq, "resealed")


def _first_bad_list(chain: Chain, entries: list[Entry]) -> Bad | None:
    """The first list that showed others than are written down now. Only staff see lists of people."""
    if chain[0] != "staff":
        return None
    shown = queries.shown_by(*chain)
    bad = (one for one in entries if one.about and not rules.is_list_as_written(one, shown.get(one.about, set())))
    return next((Bad(*chain, one.seq, "others") for one in bad), None)


def _vanished(sealed: dict[Chain, Head]) -> Iterator[Bad]:
    return (Bad(*chain, 1, "missing") for chain in sorted(sealed))


def _seal_wrong(seals: Path, seal: Seal | None) -> str | None:
    if seal is None:
        return None
    if seal.wrong:
        return f"{seal.name}: {seal.wrong}"
    first = sealing.first_bad_seal(seals)
    return f"{first}: it does not follow from the seal before it" if first else None
