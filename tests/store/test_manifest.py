import json

import pytest

from dawnchorus.store.manifest import edition_faults, is_whole, read_settings, write_manifest


@pytest.fixture
def edition(tmp_path):
    """An edition of two files, and the folder it is in."""
    out = tmp_path / "site"
    folder = out / "kites_20260310_20260310"
    folder.mkdir(parents=True)
    (out / "_posts").mkdir()
    post, data = out / "_posts" / "2026-03-10-kites.md", folder / "report.json"
    post.write_text("风筝")
    data.write_text("{}")
    source = tmp_path / "posts.jsonl"
    source.write_text("{}\n")

    def write():
        return write_manifest(
            out,
            slug=folder.name,
            inputs=[source],
            settings={"tz": "UTC", "languages": ["zh"]},
            files=[data, post],
        )

    return folder, write


def test_an_edition_is_whole_only_with_its_manifest(edition):
    folder, write = edition
    assert edition_faults(folder) == [f"{folder / 'manifest.json'}: missing; the edition was not finished"]
    write()
    assert is_whole(folder)


def test_the_manifest_names_inputs_settings_and_files_without_machine_paths(edition, tmp_path):
    _, write = edition
    text = write().read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    manifest = json.loads(text)
    assert [file["path"] for file in manifest["files"]] == [
        "_posts/2026-03-10-kites.md",
        "kites_20260310_20260310/report.json",
    ]
    assert manifest["inputs"][0]["path"] == "posts.jsonl"
    assert manifest["inputs"][0]["bytes"] == 3
    assert manifest["versions"]["polars"]
    assert read_settings(edition[0]) == {"tz": "UTC", "languages": ["zh"]}
    assert write().read_text(encoding="utf-8") == text


def test_a_file_that_is_gone_or_changed_is_named(edition):
    folder, write = edition
    write()
    (folder / "report.json").write_text("{ }")
    (folder.parent / "_posts" / "2026-03-10-kites.md").unlink()
    assert not is_whole(folder)
    assert [fault.rpartition("/")[2] for fault in edition_faults(folder)] == [
        "2026-03-10-kites.md: missing; make the edition again",
        "report.json: changed since it was written",
    ]


@pytest.mark.parametrize("text", ["", "[]", '{"files": [{"path": 1}]}', "{"])
def test_a_manifest_that_is_not_ours_is_a_fault_and_has_no_settings(edition, text):
    folder, _ = edition
    (folder / "manifest.json").write_text(text)
    assert not is_whole(folder)
    assert read_settings(folder) == {}


def test_a_kill_before_the_manifest_leaves_the_edition_unfinished(edition, killed_at_rename):
    folder, write = edition
    with pytest.raises(killed_at_rename()):
        write()
    assert not is_whole(folder)
