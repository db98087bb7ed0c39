"""``python -m evals`` with and without a folder of data."""

from __future__ import annotations

import evals.__main__ as program
import pytest


@pytest.fixture
def scripts(monkeypatch, tmp_path):
    """Evals that end with the status they are told, and write down what they were given."""

    def made(statuses: dict[str, int]):
        commands = []
        for name, status in statuses.items():
            path = tmp_path / f"{name}.py"
            written = f"open({str(tmp_path / name)!r}, 'w').write(' '.join(sys.argv[1:]))"
            path.write_text(f"import sys; {written}; sys.exit({status})", encoding="utf-8")
            commands.append((name, [str(path)]))
        monkeypatch.setattr(program, "commands", lambda: commands)
        return tmp_path

    return made


def test_package_and_files_are_both_run():
    commands = dict(program.commands())

    assert commands["groundbench"] == ["-m", "evals.groundbench"]
    assert commands["language"][0].endswith("language.py")
    assert set(program.OURS) <= set(commands)


def test_without_data_only_those_run_that_have_their_own(scripts, capsys):
    folder = scripts({"groundbench": 0, "grounding": 0, "language": 1})

    assert program.main(None) == 0

    assert (folder / "groundbench").is_file()
    assert not (folder / "language").exists()
    assert "language     data absent, not measured" in capsys.readouterr().out


def test_with_data_all_run_and_one_below_its_floors_fails_the_whole(scripts, capsys, tmp_path):
    folder = scripts({"groundbench": 0, "grounding": 1, "language": 2})

    assert program.main(tmp_path) == 1

    assert (folder / "grounding").read_text() == str(tmp_path)
    assert (folder / "groundbench").read_text() == ""
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "groundbench  passed",
        "grounding    below its floors",
        "language     data absent, not measured",
    ]


def test_data_that_is_no_folder_is_wrong_use(tmp_path):
    assert program.main(tmp_path / "nowhere") == 2
