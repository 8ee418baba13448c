"""The placeholder prompts that ship with the product: small G.711 u-law files, one folder for each language.

tools/make_prompts.py makes them from texts.toml; ORIGIN.txt beside them says with which voice.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from appliance.prompts.table import table


def file_name(key: str) -> str:
    """digit:1 -> digit_1.ulaw"""
    return key.replace(":", "_") + ".ulaw"


def load(language: str) -> Mapping[str, bytes]:
    """Key -> sound. A prompt whose file is missing is left out: the call goes on without it."""
    folder = files("appliance.prompts").joinpath(language)
    found = {key: folder.joinpath(file_name(key)) for key in table()}
    return {key: path.read_bytes() for key, path in found.items() if path.is_file()}
