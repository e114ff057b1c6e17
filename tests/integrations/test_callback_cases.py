"""Recorded calls of providers and what they say: add a file, get a test."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from integrations.callbacks import read_callback
from integrations.protocol import Callback, UnreadableError

FOLDER = Path(__file__).resolve().parents[1] / "cases" / "callbacks"
CASES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]


def said(news):
    """Return what a piece of news says, as JSON; what it leaves open is left out."""
    known = {name: value for name, value in asdict(news).items() if value not in (None, ()) and name != "channel"}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in known.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_recorded_call_says(case):
    call = Callback(case["source"], case["query"], case["content_type"], case["body"].encode())
    if isinstance(case["expect"], str):
        with pytest.raises(UnreadableError, match=case["expect"]):
            read_callback(call)
        return
    expected = [{name: value for name, value in one.items() if value is not None} for one in case["expect"]]
    assert json.loads(json.dumps([said(one) for one in read_callback(call)])) == expected


def test_a_body_nested_beyond_reading_is_no_json():
    with pytest.raises(UnreadableError):
        read_callback(Callback("sendgrid/events", "", "application/json", b"[" * 1_000_000))
