"""Errors of codecs found in the registry carry a note; surrogateescape takes what it can of a range."""

import codecs


def fail(*args):
    raise RuntimeError("no")


def wrong(*args):
    return 1


codecs.register({"failing": codecs.CodecInfo(fail, fail, name="failing"),
                 "wrong": codecs.CodecInfo(wrong, wrong, name="wrong")}.get)

for use in (
    lambda: "a".encode("failing"),
    lambda: b"a".decode("failing"),
    lambda: str(b"a", "failing"),
    lambda: bytes("a", "failing"),
    lambda: codecs.encode("a", "failing"),
    lambda: codecs.decode("a", "failing"),
    lambda: "a".encode("wrong"),
    lambda: b"a".decode("wrong"),
    lambda: codecs.decode(b"a", "wrong"),
    lambda: codecs.encode("\udc80", "latin1"),
    lambda: "\udc80".encode("latin1"),
    lambda: "x\udc80\ud800\udfffy".encode("utf-8", "surrogateescape"),
    lambda: "x\udc80\udc81\xe9\udc82".encode("ascii", "surrogateescape"),
    lambda: "x\ud800\udc81".encode("latin-1", "surrogateescape"),
):
    try:
        print(use())
    except Exception as e:
        print(repr(e), getattr(e, "__notes__", None))
