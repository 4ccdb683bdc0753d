"""The repository names no package registry and no path of the machine it was written on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tidy.tree import ROOT, lines

# Put together here, so that this file does not hold what it looks for.
REGISTRIES = [
    ".".join(name) for name in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
]
MACHINES = [f"/{name}/" for name in ("Users", "root", "work")]
SETTINGS = re.compile(
    r"(?:index-url|extra-index-url|find-links|trusted-host|index_url|default_index)\S*=(.*)"
)
OWN = {"", "localhost", "127.0.0.1", "::1"}


def places_of(setting: str) -> set[str]:
    """Hosts and folders a setting of pip names."""
    found = set()
    for word in setting.strip("'\"").split():
        parts = urlsplit(word if "//" in word or word.startswith("/") else f"//{word}")
        found.add(parts.hostname or "")
        if parts.scheme in {"", "file"} and parts.path.count("/") > 1:
            found.add(parts.path.rstrip("/"))
    return found - OWN


def configured() -> set[str]:
    """Where pip of this machine looks for packages, from its files and its environment."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    said = [match.group(1) for match in map(SETTINGS.search, asked.stdout.splitlines()) if match]
    named = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_INDEX_URL", "UV_DEFAULT_INDEX")
    said += [os.environ[name] for name in named if name in os.environ]
    return {place for setting in said for place in places_of(setting)}


def places_of_this_machine() -> set[str]:
    """This checkout's own folder and the home folder, where they are long enough to be nothing else.

    A folder under ``/home`` is looked for only when it is this one: examples may speak of somebody's.
    """
    return {str(place) for place in (ROOT, Path.home()) if len(place.parts) > 2}


def mention(places: set[str]) -> re.Pattern[str]:
    """Finds one of the places where it does not merely end a longer word."""
    return re.compile("|".join(rf"(?<![\w-]){re.escape(place)}" for place in sorted(places)))


@pytest.mark.parametrize(
    ("what", "places"),
    [
        ("package registry", {*REGISTRIES, *configured()}),
        ("path of one machine", {*MACHINES, *places_of_this_machine()}),
    ],
    ids=["registries", "machines"],
)
def test_no_file_names_a_place_that_only_its_writer_has(what: str, places: set[str]) -> None:
    looked_for = mention(places)
    found = [f"{where} ({match.group()})" for where, line in lines() for match in looked_for.finditer(line)]
    assert not found, (
        f"A {what} is named at {', '.join(found[:10])}. Take it out: others have other places, and a lock holds "
        "hashes, not addresses."
    )


def test_the_search_finds_what_it_is_for() -> None:
    registry = mention(set(REGISTRIES))
    assert registry.search("see https://" + REGISTRIES[0] + "/simple")
    assert registry.search("see files." + REGISTRIES[1])
    assert places_of("'https://user:x@packages.example/simple file:///srv/wheels/all'") == {
        "packages.example",
        "/srv/wheels/all",
    }
    assert places_of("http://127.0.0.1:9/simple") == set()
    assert mention(set(MACHINES)).search("in " + MACHINES[0] + "someone")
    assert not mention(set(MACHINES)).search("in your" + MACHINES[0])
