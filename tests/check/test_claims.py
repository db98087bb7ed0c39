"""Claims with their evidence, as ``dawnchorus check --claims`` reads them."""

import json

import pytest

from dawnchorus.errors import InputError
from dawnchorus.report.check.claims import check_claim, check_claim_line

POST = {
    "id": "1", "source": "x", "author": "lena", "created_at": "2025-11-21T03:00:00+00:00",
    "text": "Nvidia just raised $1.6B for its new fab in Arizona, up 64% from last year. It may hire about 2,000 people.",  # noqa: E501
}  # fmt: skip
DAY = {"from": "2025-11-21", "to": "2025-11-21", "tz": "Asia/Shanghai"}


def verdict(claim, *evidence):
    line = {"id": 7, "claim": claim, "evidence": list(evidence or [POST]), "window": DAY}
    answer = check_claim_line(json.dumps(line), where="c.jsonl:1")
    assert answer["id"] == 7
    assert 0 <= answer["score"] <= 1
    return answer["verdict"], {reason["rule"] for reason in answer["reasons"]}


@pytest.mark.parametrize(
    "claim",
    [
        "英伟达为其亚利桑那州新工厂融资16亿美元，同比增长64%。",
        "英伟达今天融资16亿美元。",
        "@lena 称，英伟达可能招聘约两千人。",
        "Nvidia raised 1.6 billion dollars for a fab in Arizona.",
    ],
)
def test_claims_that_a_post_bears_out_pass(claim):
    assert verdict(claim) == ("supported", set())


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        ("英伟达融资16万美元。", "number"),
        ("英伟达融资16亿欧元。", "number"),
        ("英特尔融资16亿美元。", "name"),
        ("英伟达昨天融资16亿美元。", "date"),
        ("业内普遍认为英伟达会扩产。", "voices"),
        ("英伟达是全球最大的芯片公司。", "superlative"),
        ("建议投资者买入英伟达。", "advice"),
        ("Lena wrote: “Nvidia will own the whole world soon.”", "quote"),
        ("Nvidia raised $1.6B, see https://evil.example.", "structure"),
    ],
)
def test_claims_that_go_beyond_are_rejected_with_the_reason(claim, rule):
    name, found = verdict(claim)
    assert name == "rejected"
    assert rule in found


def test_three_authors_may_be_many_voices():
    voices = [{**POST, "id": str(n), "author": name} for n, name in enumerate(("a", "b", "c"))]
    assert verdict("多位用户提到英伟达融资16亿美元。", *voices)[0] == "supported"
    assert verdict("多位用户提到英伟达融资16亿美元。", *voices[:2])[0] == "rejected"


def test_a_rumour_told_as_done_is_rejected():
    rumour = {**POST, "text": "Google is in talks to buy Wiz. Nothing signed."}
    assert "modality" in verdict("谷歌已收购 Wiz。", rumour)[1]
    assert verdict("谷歌正洽谈收购 Wiz。", rumour)[0] == "supported"


def test_texts_without_time_or_author_are_evidence_too():
    assert check_claim("Helioform 融资16亿美元。", ["Helioform raised $1.6B."]).verdict == "supported"


@pytest.mark.parametrize(
    "line",
    [
        "", "{", "[]", "3", "null", '"a"', "{}", "\x00",
        "[" * 100_000, '{"evidence": []}',
        '{"claim": 3, "evidence": []}',
        '{"claim": "a"}',
        '{"claim": "a", "evidence": "b"}',
        '{"claim": "a", "evidence": {}}',
        '{"claim": "a", "evidence": [1]}',
        '{"claim": "a", "evidence": [null]}',
        '{"claim": "a", "evidence": [["b"]]}',
        '{"claim": "a", "evidence": [{"text": 3}]}',
        '{"claim": "a", "evidence": [{"author": ["b"]}]}',
        '{"claim": "a", "evidence": [{"created_at": "nope"}]}',
        '{"claim": "a", "evidence": [{"created_at": 7}]}',
        '{"claim": "a", "evidence": [{"created_at": "2025-11-21T08:00:00"}]}',
        '{"claim": "a", "evidence": [{"day": "x"}]}',
        '{"claim": "a", "evidence": [{"links": "b"}]}',
        '{"claim": "a", "evidence": [{"links": [3]}]}',
        '{"claim": "a", "evidence": ["b"], "window": {"from": "soon"}}',
        '{"claim": "a", "evidence": ["b"], "window": 3}',
        '{"claim": "a", "evidence": ["b"], "window": []}',
        '{"claim": "a", "evidence": ["b"], "window": {}}',
        '{"claim": "a", "evidence": ["b"], "window": ["2025-11-22", "2025-11-21"]}',
        '{"claim": "a", "evidence": ["b"], "window": {"from": "2025-11-21", "tz": "America"}}',
        '{"claim": "a", "evidence": ["b"], "window": {"from": "2025-11-21", "tz": "Mars/Base"}}',
        '{"claim": "a", "evidence": ["b"], "window": {"from": "2025-11-21", "until": "nope"}}',
    ],
)  # fmt: skip
def test_a_bad_line_names_file_line_and_what_to_write(line):
    with pytest.raises(InputError) as caught:
        check_claim_line(line, where="c.jsonl:3")
    told = str(caught.value)
    assert told.startswith("c.jsonl:3: ")
    assert '; write {"claim"' in told
    assert "\n" not in told


@pytest.mark.parametrize(
    "post",
    [
        {}, {"text": ""}, {"text": "Nvidia raised $1.6B."}, {"author": "lena"},
        {"id": 7, "day": "2025-11-21"},
        {"more": [1]},
        {"created_at": "0001-01-01T00:00:00+00:00", "text": None},
        {"created_at": "9999-12-31T23:59:59Z", "text": "tomorrow"},
    ],
)  # fmt: skip
def test_posts_may_come_with_some_of_their_fields(post):
    for zone in ("Asia/Shanghai", "America/New_York"):
        window = {**DAY, "tz": zone}
        line = {"claim": "Nvidia raised $1.6B today.", "evidence": [post], "window": window}
        try:
            answer = check_claim_line(json.dumps(line), where="c.jsonl:1")
        except InputError as error:
            assert "out of range" in str(error)  # noqa: PT017
        else:
            assert answer["verdict"] in {"supported", "escalated", "rejected"}


def test_posts_with_one_id_are_all_evidence():
    twins = [{**POST, "text": "Nothing here."}, POST, {**POST, "text": "Nor here."}]
    assert verdict("英伟达融资16亿美元。", *twins)[0] == "supported"


@pytest.mark.parametrize("piece", ['"a ', "9,999 ", "“", "2025-11-21 ", "@a ", "Abc wrote: “"])
def test_a_claim_beyond_any_sentence_is_too_long_to_check(piece):
    found = check_claim(piece * 20_000, [POST["text"]])
    assert (found.verdict, found.reasons[0].detail[:17]) == ("escalated", "too long to check")


@pytest.mark.parametrize(
    "claim", ["", "\ud83d", "\x00", "“" * 500, "@" * 2000, "{% raw %}", "9" * 5000, "一" * 5000]
)
def test_hostile_claims_are_judged_without_error(claim):
    assert check_claim(claim, [POST["text"], claim]).verdict in {"supported", "escalated", "rejected"}
