"""Small and large files that are made to keep a parser busy, or to fill the memory; and files with bytes knocked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from tests.scenarios.command_line import SAMPLES

SIZE = 4_900_000
"""Just below what any file may have."""

Bombs = dict[str, Callable[[], bytes]]


def filled(start: str, unit: str, end: str = "", size: int = SIZE) -> Callable[[], bytes]:
    return lambda: (start + unit * (size // len(unit.encode())) + end).encode()


def nested(start: str, opening: str, inner: str, closing: str, end: str = "", depth: int = 60) -> Callable[[], bytes]:
    return lambda: (start + opening * depth + inner + closing * depth + end).encode()


def doubling(first: str, line: str, count: int = 30) -> Callable[[], bytes]:
    """Each line names the one before several times."""
    return lambda: (first + "".join(line.format(a=f"k{i}", b=f"k{i + 1}") for i in range(count))).encode()


ANY: Bombs = {
    "nothing": lambda: b"",
    "blank": filled("", " "),
    "lines": filled("", "\n"),
    "nul": filled("", "\0"),
    "letters": filled("", "a"),
    "not UTF-8": lambda: b"\xff" * SIZE,
    "cut character": lambda: "é".encode()[:1] * SIZE,
    "byte order marks": filled("", "\ufeff"),
    "too large": filled("", "x", size=6_000_000),
    "astral": filled("", "\U000e0041"),
    "surrogate": lambda: b"\xed\xa0\x80" * (SIZE // 3),
}

JSON: Bombs = {
    **{f"deep {n}": nested("", '{"a":', "1", "}", depth=n) for n in (60, 64, 65, 100_000, 900_000)},
    **{f"deep list {n}": nested('{"mcpServers":', "[", "", "]", "}", n) for n in (60, 100_000, 2_400_000)},
    "only opening": filled("", "["),
    "only opening maps": filled("", '{"a":'),
    "wide list": filled('{"a":[1', ",1", "]}"),
    "wide list of maps": filled('{"a":[{}', ",{}", "]}"),
    "wide map": lambda: ('{"mcpServers":{' + ",".join(f'"s{i}":{{}}' for i in range(300_000)) + "}}").encode(),
    "same key": filled('{"mcpServers":{"a":1', ',"a":1', "}}"),
    "long string": filled('{"a":"', "x", '"}'),
    "long key": filled('{"', "x", '":1}'),
    "escapes": filled('{"a":"', "\\u0041", '"}'),
    "lone surrogates": filled('{"a":"', "\\ud800", '"}'),
    "open string": filled('{"a":"', "x"),
    "digits": filled('{"a":', "9", "}"),
    "fraction": filled('{"a":0.', "9", "}"),
    "exponent": filled('{"a":1e', "9", "}"),
    "minuses": filled('{"a":', "-", "1}"),
    "comments": filled("{", "// x\n", "}"),
    "open comment": filled("{/*", "*", ""),
    "comment starts": filled("{", "/*", "}"),
    "commas": filled("{", ",", "}"),
    "servers": lambda: (
        '{"mcpServers":{' + ",".join(f'"s{i}":{{"command":"c","args":["${{A:-x}}"]}}' for i in range(40_000)) + "}}"
    ).encode(),
    "references": filled('{"mcpServers":{"a":{"command":"', "${A:-", '"}}}'),
    "long argument": filled('{"mcpServers":{"a":{"command":"c","args":["--token=', "a=", '"]}}}'),
    "many arguments": filled('{"mcpServers":{"a":{"command":"c","args":["a"', ',"--x"', "]}}}", 400_000),
    "permissions": lambda: ('{"permissions":{"allow":[' + ",".join(f'"Bash(a{i}:*)"' for i in range(90_000)) + "]}}").encode(),
    "wide permission": filled('{"permissions":{"allow":["Bash(', "a ", ':*)"]}}'),
    "stars": filled('{"permissions":{"allow":["Bash(', "*", ')"]}}'),
}

TOML: Bombs = {
    "dotted key": filled("", "a.", "a = 1\n"),
    "dotted key below the bound": filled("", "a." * 60 + "b = 1\n"),
    "dotted header": filled("[", "a.", "a]\n"),
    "dotted keys": lambda: "".join(f"a.b.c{i} = 1\n" for i in range(200_000)).encode(),
    "same header": filled("", "[a]\n"),
    "tables": lambda: "".join(f"[mcp_servers.s{i}]\ncommand = 'c'\n" for i in range(100_000)).encode(),
    "list of tables": filled("", "[[a]]\n"),
    "nested lists of tables": lambda: "".join(f"[[{'.'.join('a' * n)}]]\n" for n in range(1, 60) for _ in range(100)).encode(),
    **{f"deep list {n}": nested("a = ", "[", "", "]", "\n", n) for n in (60, 65, 10_000, 2_400_000)},
    **{f"deep map {n}": nested("a = ", "{b = ", "1", "}", "\n", n) for n in (60, 65, 10_000, 800_000)},
    "open string": filled('a = "', "x"),
    "open text": filled('a = """', "x\n"),
    "quotes": filled("a = ", '"', "\n"),
    "digits": filled("a = ", "9", "\n"),
    "hex digits": filled("a = 0x", "f", "\n"),
    "underscores": filled("a = 1", "_1", "\n"),
    "fraction": filled("a = 0.", "9", "\n"),
    "comments": filled("", "# x\n"),
    "one comment": filled("#", "x"),
    "wide list": filled("a = [", "1,", "]\n"),
    "wide map": lambda: ("a = {" + ",".join(f"b{i} = 1" for i in range(200_000)) + "}\n").encode(),
    "dates": filled("a = [", "1979-05-27T07:32:00.999999,", "]\n"),
    "escapes": filled('a = "', "\\u0041", '"\n'),
    "keys of quotes": filled("", "''.", "'' = 1\n"),
}

YAML: Bombs = {
    "aliases": doubling("k0: &k0 [x, x]\n", "{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n"),
    "merges": doubling("k0: &k0 {{x: 1}}\n".format(), "{b}: &{b} {{<<: [*{a}, *{a}, *{a}]}}\n"),
    "alias of itself": lambda: b"a: &a [*a, *a]\n",
    "anchors": lambda: "".join(f"k{i}: &a{i} x\n" for i in range(200_000)).encode(),
    **{f"deep flow {n}": nested("a: ", "[", "", "]", "\n", n) for n in (60, 65, 10_000, 2_400_000)},
    **{f"deep flow map {n}": nested("a: ", "{a: ", "1", "}", "\n", n) for n in (60, 10_000, 900_000)},
    **{f"deep block {n}": lambda n=n: "".join(" " * i + "a:\n" for i in range(n)).encode() for n in (60, 3_000)},
    "dashes": filled("", "- ", "x\n"),
    "questions": filled("", "? ", "x\n"),
    "only opening": filled("a: ", "["),
    "only opening maps": filled("a: ", "{"),
    "open string": filled('a: "', "x"),
    "open text": filled("a: |\n", " x\n"),
    "folded": filled("a: >\n", " x\n\n"),
    "plain lines": filled("a: x\n", "  x\n"),
    "tags": filled("a: ", "!!python/object/apply:os.system ", "[x]\n"),
    "long tag": filled("a: !", "x", " y\n"),
    "documents": filled("", "---\n"),
    "directives": filled("", "%YAML 1.1\n", "---\na: 1\n"),
    "comments": filled("", "# x\n"),
    "digits": filled("a: ", "9", "\n"),
    "sixties": filled("a: 1", ":59", "\n"),
    "octal": filled("a: 0", "7", "\n"),
    "fraction": filled("a: 0.", "9", "\n"),
    "dates": filled("a:\n", "- 2001-12-14t21:59:43.10-05:00\n"),
    "binary": filled("a: !!binary ", "QUJD", "\n"),
    "wide list": filled("a: [", "x,", "]\n"),
    "wide block": lambda: "".join(f"k{i}: x\n" for i in range(400_000)).encode(),
    "same key": filled("", "a: 1\n"),
    "tabs": filled("a:", "\t", "x\n"),
    "colons": filled("a", ":", "\n"),
    "quoted lines": filled('a: "', "x\n\n", '"\n'),
    "escapes": filled('a: "', "\\u0041", '"\n'),
    "long key": filled("", "x", ": 1\n"),
    "commands": lambda: (
        "toolPermissions:\n  bash:\n    commands:\n" + "".join(f"    - command: a{i}.*\n      permission: allow\n" for i in range(20_000))
    ).encode(),
    "pattern": filled("toolPermissions:\n  bash:\n    commands:\n    - command: ", "(a+)+", "$\n      permission: allow\n", 400_000),
    "classes": filled("toolPermissions:\n  bash:\n    commands:\n    - command: '", "[^;&|", "'\n      permission: allow\n", 400_000),
}

RULES: Bombs = {
    "calls": filled("", 'prefix_rule(pattern = ["a"])\n', size=990_000),
    "alternatives": lambda: ("prefix_rule(pattern = [" + ", ".join(['["a", "b", "c", "d"]'] * 60) + "])\n").encode(),
    "wide pattern": lambda: ("prefix_rule(pattern = [" + '"a", ' * 150_000 + "])\n").encode(),
    **{f"deep {n}": nested("prefix_rule(pattern = ", "[", "", "]", ")\n", n) for n in (60, 150, 10_000, 400_000)},
    **{f"brackets {n}": nested("", "(", "", ")", "\n", n) for n in (60, 150, 10_000, 400_000)},
    "only opening": filled("", "(", size=990_000),
    "minuses": filled("x = ", "-", "1\n", 990_000),
    "nots": filled("x = ", "not ", "1\n", 990_000),
    "sums": filled("x = 1", "+1", "\n", 990_000),
    "powers": filled("x = 9", "**9", "\n", 990_000),
    "comparisons": filled("x = 1", "<1", "\n", 990_000),
    "attributes": filled("x = a", ".a", "\n", 990_000),
    "subscripts": filled("x = a", "[0]", "\n", 990_000),
    "calls of calls": filled("x = a", "()", "\n", 990_000),
    "lambdas": filled("x = ", "lambda: ", "1\n", 990_000),
    "choices": filled("x = ", "1 if 1 else ", "1\n", 990_000),
    "joined texts": filled("x = ", "'a' ", "\n", 990_000),
    "formats": nested("x = ", "f'{", "1", "}'", "\n", 100),
    "functions": filled("", "def f(): pass\n", size=990_000),
    "blocks": lambda: "".join(" " * i + "if 1:\n" for i in range(99)).encode() + b" " * 99 + b"pass\n",
    "names": lambda: "".join(f"X{i} = ['a']\n" for i in range(60_000)).encode(),
    "names of names": doubling("k0 = ['a']\n", "{b} = [{a}, {a}, {a}, {a}]\n"),
    "named": lambda: b"X = ['a']\n" + b"prefix_rule(pattern = X)\n" * 30_000,
    "digits": filled("x = ", "9", "\n", 990_000),
    "continued": filled("x = 1", " \\\n", "\n", 990_000),
    "open text": filled('x = """', "a\n", size=990_000),
    "escapes": filled('x = "', "\\N{DIGIT ONE}", '"\n', 990_000),
    "comments": filled("", "# x\n", size=990_000),
    "indents": lambda: "".join(" " * (i % 99) + "x\n" for i in range(9_000)).encode(),
}

MARKDOWN: Bombs = {
    "begins": filled("", "<!-- reconciler:begin -->\n"),
    "ends": filled("", "<!-- reconciler:end -->\n"),
    "sections": lambda: (
        b"<!-- reconciler:begin -->\n"
        + b"".join(b"<!-- reconciler:rule r%d -->\nx\n" % i for i in range(100_000))
        + b"<!-- reconciler:end -->\n"
    ),
    "same section": filled("<!-- reconciler:begin -->\n", "<!-- reconciler:rule a -->\n", "<!-- reconciler:end -->\n"),
    "open markers": filled("", "<!-- reconciler:rule "),
    "open comments": filled("", "<!--"),
    "fences": filled("", "```\n"),
    "tildes": filled("", "~"),
    "headings": filled("", "#"),
    "many headings": lambda: "".join(f"# h{i}\n\n- x\n" for i in range(300_000)).encode(),
    "front matter": filled("---\n", "a: 1\n"),
    "fences of front matter": filled("", "---\n"),
    "front matter with blanks": filled("---", " ", "\n"),
    "front matter of aliases": lambda: b"---\n" + YAML["aliases"]() + b"---\ntext\n",
    "front matter of globs": lambda: ("---\npaths:\n" + "".join(f"- '**/{i}/*'\n" for i in range(90_000)) + "---\ntext\n").encode(),
    "carriage returns": filled("", "\r"),
    "mixed ends": filled("", "a\r\n\nb\r"),
    "tokens": filled("", "ghp_" + "a1B2" * 9 + " "),
    "nearly tokens": filled("", "sk-" + "a"),
    "nearly keys": filled("", "-----BEGIN PRIVATE KEY-----\n"),
    "nearly addresses": filled("", "https://u:"),
    "nearly assignments": filled("", "token="),
    "one long word": filled("", "aB3"),
    "hidden": filled("", "a\u200b"),
}

BOMBS = {"json": JSON, "toml": TOML, "yml": YAML, "yaml": YAML, "rules": RULES, "md": MARKDOWN}
PIECES = [
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"'",
    b"\\",
    b"\n",
    b"\r",
    b"\t",
    b"#",
    b"/*",
    b"//",
    b"&a ",
    b"*a",
    b"!!x ",
    b"<<: ",
    b"---\n",
    b": ",
    b"- ",
    b"=",
    b".",
]


def bombs(path: str) -> Bombs:
    return {**ANY, **BOMBS[path.rsplit(".", 1)[1]]}


def knocked_about(path: str, seeds: range) -> Iterator[tuple[str, bytes]]:
    """The sample file of that format with bytes taken away, doubled, changed and put in."""
    suffix = path.rsplit(".", 1)[1]
    samples = sorted(SAMPLES.rglob(f"*.{'yml' if suffix == 'yaml' else suffix}"))
    for seed in seeds:
        r = Random(seed)
        data = bytearray(r.choice(samples).read_bytes())
        for _ in range(r.choice((1, 1, 3, 10))):
            a, b = sorted(r.randrange(len(data) + 1) for _ in range(2))
            change = r.randrange(4)
            if change == 0:
                del data[a : min(b, a + 40)]
            elif change == 1:
                data[a:a] = data[a : min(b, a + 200)] * r.choice((1, 2, 50))
            elif change == 2:
                data[a:a] = r.choice(PIECES) * r.choice((1, 2, 70))
            else:
                data[a : a + 1] = bytes([r.randrange(256)])
        yield f"seed {seed}", bytes(data)
