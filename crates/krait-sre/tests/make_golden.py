"""Writes the golden file of tests/golden.rs.

    python3.14 make_golden.py [--random N] [--seed S] > golden.txt

A line "P flags groups code" gives a pattern (code words in hexadecimal), the lines "C" after it
what the reference implementation answers for it:

    C kind subject method pos endpos answer

kind is s (text, UTF-8 with surrogates as hexadecimal) or b (bytes). An answer is "-" or the spans
of all groups and the last index, several matches (method iter) are separated by "|".
"""

import argparse
import random
import re
import signal
import sys
import warnings
from re import _compiler, _parser

warnings.simplefilter("ignore")


def code_of(pattern, flags):
    tree = _parser.parse(pattern, flags)
    return _compiler._code(tree, flags), tree.state.flags | flags, tree.state.groups - 1


def spans(match):
    groups = [match.span(i) for i in range(match.re.groups + 1)]
    text = ";".join("-" if s == (-1, -1) else "%d,%d" % s for s in groups)
    return "%s/%s" % (text, match.lastindex or 0)


def answer(compiled, method, subject, pos, endpos):
    if method == "iter":
        return "|".join(spans(m) for m in compiled.finditer(subject, pos, endpos)) or "-"
    match = getattr(compiled, method)(subject, pos, endpos)
    return spans(match) if match else "-"


class Slow(Exception):
    pass


def on_alarm(*_):
    raise Slow


class Writer:
    def __init__(self, out):
        self.out = out
        self.seen = set()

    def pattern(self, pattern, flags, cases):
        try:
            compiled = re.compile(pattern, flags)
            code, all_flags, groups = code_of(pattern, flags)
        except (re.error, OverflowError, RecursionError, ValueError):
            return
        lines = []
        for subject, method, pos, endpos in cases:
            key = (pattern, flags, subject, method, pos, endpos)
            if key in self.seen:
                continue
            self.seen.add(key)
            signal.setitimer(signal.ITIMER_REAL, 0.5)
            try:
                result = answer(compiled, method, subject, pos, endpos)
            except Slow:
                continue
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            if isinstance(subject, str):
                kind, data = "s", subject.encode("utf-8", "surrogatepass")
            else:
                kind, data = "b", subject
            end = len(subject) if endpos > len(subject) else endpos
            lines.append(f"C {kind} {data.hex() or '.'} {method} {pos} {end} {result}")
        if lines:
            words = ",".join("%x" % w for w in code)
            self.out.write(f"# {pattern!a}\nP {int(all_flags)} {groups} {words}\n")
            self.out.write("\n".join(lines) + "\n")


METHODS = ["search", "match", "fullmatch", "iter"]
BIG = sys.maxsize


def table(writer):
    """The patterns of the reference implementation's own table."""
    from test import re_tests

    for test in re_tests.tests:
        pattern, subject = test[:2]
        cases = [(subject, m, 0, BIG) for m in METHODS]
        cases += [(subject, "search", 1, BIG), (subject, "iter", 0, max(0, len(subject) - 1))]
        cases.append(("\u20ac" + subject + "\U0001f600", "iter", 0, BIG))
        writer.pattern(pattern, 0, cases)
        writer.pattern(pattern, re.I, [(subject.swapcase(), "iter", 0, BIG)])
        try:
            bpattern, bsubject = pattern.encode("latin-1"), subject.encode("latin-1")
        except UnicodeEncodeError:
            continue
        writer.pattern(bpattern, 0, [(bsubject, m, 0, BIG) for m in ("search", "iter")])


HAND = [
    (r"(a?)*+", ["", "a", "aa", "baa"]),
    (r"(?:a?)*+b", ["aab", "b", "aa"]),
    (r"(?>a+)b|a", ["aaab", "aaa"]),
    (r"(?:ab?){2,3}+b", ["ababab", "aabb", "ababb"]),
    (r"(a)|b(?(1)x|y)", ["by", "bx", "a"]),
    (r"((a)|(b))*(?(2)c|d)", ["abc", "bad", "bbd", "bbc"]),
    (r"(?:(a)|(b)|c)*?d", ["abcd", "ccd", "d"]),
    (r"(?:|a)*?b", ["aab", "b"]),
    (r"(?:|a)+", ["aab", ""]),
    (r"(?:a|)+", ["aab", ""]),
    (r"(?:(?=(a+))a)+b", ["aaab"]),
    (r"(?!(a)b)a", ["ab", "ac"]),
    (r"(?<!a)b|(?<=ab)c", ["ab", "abc", "b"]),
    (r"(?<=(..))c\1", ["abcab", "abcba"]),
    (r"\b\w+\b", ["ab cd", "", " \xe9t\xe9 ", "a_1"]),
    (r"\B", ["", "ab", " a ", "\xe9\xe9"]),
    (r"\b", ["", "ab", " a "]),
    (r"^", ["a\nb\n", ""]),
    (r"$", ["a\nb\n", "", "a\n\n"]),
    (r"\Z|\A", ["a\nb\n", ""]),
    (r"[^\s\S]*x|[^\s\S]", ["x", "ax"]),
    (r"[\s\S]+", ["x\n\u20ac"]),
    (r".+", ["x\n\u20ac\ud800z"]),
    (r"[\u0100-\u0200\u3040-\u30ff]+", ["a\u0101\u3042b", "abc"]),
    (r"[^\u0100\u0250\u1234\u5678\u0041]+", ["a\u0101A\u3042b", "AAA"]),
    (r"[\ud800-\udfff]", ["a\udc80b", "\U0001f600"]),
    (r"[\U0001f600-\U0001f64f]+x?", ["\U0001f600\U0001f601x", "abc"]),
    (r"\d+\s*\w", ["12 a", "\u0661\u0662\u2003\u0431"]),
    (r"(\w)\1", ["aabb", "\u0430\u0430", "\u0410\u0430"]),
    (r"(\w+?)(\W*)", ["ab, cd"]),
    (r"(a*)*", ["aa", "b"]),
    (r"(a*)+", ["aa", "b"]),
    (r"(a|b)*?c", ["abc", "ababab"]),
    (r"(?:a{2,3}){2,}", ["aaaaaaa", "aaa"]),
    (r"(?:a{2,3}?){2,}?b", ["aaaaaaab", "aaab"]),
    (r"x{2,4}?y", ["xxxxxy", "xy"]),
    (r"<(\w+)>.*?</\1>", ["<a>x</a><b></b>", "<a></b>"]),
    (r"(?s:.*)x.*", ["aaxbb\nxcc", "aa"]),
    (r"\xe9+|\u20ac|z", ["\xe9\xe9\u20acz", "z"]),
    (r"stra(?:\xdf|ss)e", ["STRASSE", "stra\xdfe", "Stra\u1e9ee"]),
    (r"[k-\u017f]+", ["KLM\u212a", "\u017fS", "s"]),
    (r"\u0130|i|\u0131", ["I\u0130i\u0131"]),
    (r"\u03c3+", ["\u03a3\u03c3\u03c2"]),
    (r"(?:foo|bar|b[aeiou]z|qux)+", ["foobarbezqux", "bxz", "xxbu", "fo"]),
    (r"(?:ab|cd|ef)$", ["abcdef", "ab\n"]),
    (r"(?:%s)" % "|".join("w%dx" % i for i in range(150)), ["w1x w77x w149x w150x", "w"]),
    (r"(?m)^\s*(\w+)\s*=\s*(.*?)\s*$", ["a = b \n c=d\n\n=x", ""]),
    (r"(?m)^a|b$", ["a\nab\nb", "xa"]),
    (r"(?P<y>\d{4})-(?P<m>\d\d)(?:-(?P<d>\d\d))?", ["2024-01", "on 2024-01-31."]),
]


def hand(writer):
    for pattern, subjects in HAND:
        for flags in (0, re.I, re.A, re.M | re.S):
            for subject in subjects:
                cases = [(subject, m, 0, BIG) for m in METHODS]
                cases += [(subject, "iter", 1, BIG), (subject, "iter", 0, max(0, len(subject) - 1))]
                cases += [(subject, "search", 2, 1)]
                writer.pattern(pattern, flags, cases)
        try:
            data = pattern.encode("ascii")
            for subject in subjects:
                raw = subject.encode("utf-8", "surrogatepass")
                for flags in (0, re.I, re.L, re.L | re.I):
                    writer.pattern(data, flags, [(raw, "iter", 0, BIG), (raw, "search", 0, BIG)])
        except UnicodeEncodeError:
            pass


class Maker:
    """Random patterns over a small alphabet."""

    def __init__(self, rng, wide):
        self.rng = rng
        self.letters = "abcAB1_ \n" if not wide else "abcK1 \n\xe9\xc9\u0441\u20ac\u017f\U0001f600"
        self.groups = 0

    def atom(self, depth):
        rng = self.rng
        roll = rng.random()
        if depth <= 0 or roll < 0.45:
            return rng.choice(self.letters).replace("\n", "\\n")
        if roll < 0.53:
            return rng.choice([".", r"\w", r"\W", r"\d", r"\s", r"\S", r"\b", r"\B", "^", "$", r"\Z", r"\A"])
        if roll < 0.63:
            members = "".join(rng.choice(self.letters) for _ in range(rng.randint(1, 4)))
            members += rng.choice(["", "", "a-c", r"\w", r"\d", r"\S"])
            return "[" + rng.choice(["", "", "^"]) + members.replace("\n", "\\n") + "]"
        if roll < 0.67 and self.groups:
            n = rng.randint(1, self.groups)
            return rng.choice([rf"\{n}(?:)", f"(?({n}){self.seq(depth - 1)}|{self.seq(depth - 1)})"])
        if roll < 0.80:
            self.groups += 1
            return "(" + self.alt(depth - 1) + ")"
        if roll < 0.90:
            return "(?:" + self.alt(depth - 1) + ")"
        if roll < 0.93:
            return "(?>" + self.alt(depth - 1) + ")"
        kind = rng.choice(["(?=", "(?!", "(?<=", "(?<!"])
        if "<" in kind:
            return kind + "".join(rng.choice(self.letters) for _ in range(rng.randint(1, 2))) + ")"
        return kind + self.alt(depth - 1) + ")"

    def piece(self, depth):
        atom = self.atom(depth)
        if self.rng.random() < 0.4:
            atom += self.rng.choice(["*", "+", "?", "{2}", "{1,2}", "{2,}", "{0,2}"])
            atom += self.rng.choice(["", "", "?", "+"])
        return atom

    def seq(self, depth):
        return "".join(self.piece(depth) for _ in range(self.rng.randint(0, 3)))

    def alt(self, depth):
        return "|".join(self.seq(depth) for _ in range(self.rng.choice([1, 1, 2, 3])))


def randomised(writer, count, seed):
    rng = random.Random(seed)
    for i in range(count):
        maker = Maker(rng, i % 2 == 1)
        longest = 12
        if i % 3 == 0:
            maker.letters, longest = "ab\n" if i % 2 else "ab\xe9", 40
        pattern = maker.alt(4)
        flags = rng.choice([0, 0, 0, re.I, re.M, re.S, re.A, re.I | re.A])
        cases = []
        for _ in range(4):
            subject = "".join(rng.choice(maker.letters) for _ in range(rng.randint(0, longest)))
            pos = rng.choice([0, 0, 0, rng.randint(0, 4)])
            endpos = rng.choice([BIG, BIG, rng.randint(0, longest)])
            cases.append((subject, rng.choice(METHODS + ["iter"]), pos, endpos))
        writer.pattern(pattern, flags, cases)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    signal.signal(signal.SIGALRM, on_alarm)
    writer = Writer(sys.stdout)
    if args.random <= 5000:
        table(writer)
        hand(writer)
    randomised(writer, args.random, args.seed)


if __name__ == "__main__":
    main()
