from dawnchorus.toml_lines import key_lines, line_of

TEXT = '''# a comment
a = 1
"b.c" = """x
y"""
c.d = 'q'
[x."y z"]
k = [  # one
  1,
  # two
  { m = 2, n = { o = 3 } },
]
[[t.u]]
v = 1
[[t.u]]
[t.u.w]
z = 1
[[t.u.list]]
[[t.u.list]]
q = "名"
'''


def test_every_key_and_item_has_its_line():
    lines = key_lines(TEXT)
    assert {loc: line for loc, line in lines.items() if loc[0] != "t"} == {
        ("a",): 2,
        ("b.c",): 3,
        ("c",): 5,
        ("c", "d"): 5,
        ("x",): 6,
        ("x", "y z"): 6,
        ("x", "y z", "k"): 7,
        ("x", "y z", "k", 0): 8,
        ("x", "y z", "k", 1): 10,
        ("x", "y z", "k", 1, "m"): 10,
        ("x", "y z", "k", 1, "n"): 10,
        ("x", "y z", "k", 1, "n", "o"): 10,
    }
    assert lines["t", "u", 0, "v"] == 13
    assert lines["t", "u", 1, "w", "z"] == 16
    assert lines["t", "u", 1, "list", 1, "q"] == 19


def test_a_key_that_is_missing_has_the_line_of_the_table_around_it():
    lines = key_lines(TEXT)
    assert line_of(lines, ("t", "u", 1, "v")) == 14
    assert line_of(lines, ("nowhere", "at", "all")) == 1
