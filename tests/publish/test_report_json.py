from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from dawnchorus.errors import InputError, PublishError
from dawnchorus.publish import report_json


@pytest.mark.parametrize("edition", ["zh_report", "en_report"])
def test_a_report_comes_back_as_it_was(edition, request):
    report = request.getfixturevalue(edition)
    assert report_json.load(report_json.dump(report)) == report


def test_a_cutoff_comes_back_as_the_same_instant(zh_report):
    cut = replace(zh_report, window=replace(zh_report.window, until=datetime(2025, 11, 21, 7, tzinfo=UTC)))
    assert report_json.load(report_json.dump(cut)).window.cutoff == cut.window.cutoff


def test_the_order_of_sets_does_not_change_the_bytes(zh_report):
    one = replace(zh_report, sets={"a": ("x:1",), "b": ("x:2",)})
    other = replace(zh_report, sets={"b": ("x:2",), "a": ("x:1",)})
    assert report_json.dump(one) == report_json.dump(other)


def test_the_published_schema_is_that_of_the_model():
    assert report_json.schema() == report_json.make_schema(), (
        'the model changed: python -c "import dawnchorus.publish.report_json as r, sys; '
        'sys.stdout.buffer.write(r.make_schema())" > src/dawnchorus/publish/report.schema.json, '
        "and raise VERSION if readers of the old schema could go wrong"
    )


def test_the_schema_names_every_field_of_a_report(zh_report):
    fields = msgspec.json.decode(report_json.schema())["$defs"]["Report"]["properties"]
    assert set(msgspec.json.decode(report_json.dump(zh_report))) == set(fields)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a dawnchorus report"),
        (b"{}", "missing required field `version`"),
        (b'{"version": 1}', "Expected `str`, got `int`"),
        (b"\xff", "not a dawnchorus report"),
        (b"[" * 100_000, "not a dawnchorus report"),
    ],
)
def test_what_is_no_report_is_named(data, message):
    with pytest.raises(InputError, match=message):
        report_json.load(data)


def test_another_version_is_refused_with_the_next_step(zh_report):
    old = report_json.dump(replace(zh_report, version="0"))
    with pytest.raises(InputError, match="schema version '0', this program reads '1'; make it again"):
        report_json.load(old)


def test_half_a_character_is_a_clear_error(zh_report):
    with pytest.raises(PublishError, match="not Unicode"):
        report_json.dump(replace(zh_report, description="\ud83d"))
