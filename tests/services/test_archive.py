"""Files out and in: byte for byte, all or nothing, and a hostile zip is only a problem."""

import io
import random
import stat
import zipfile
import zlib

import pytest
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid
from app.services import archive, draft_saves, drafts, releases
from app.store.models import Draft, Person
from tests.services import region
from tests.services.region import NOW, SMALL

KLEIN = (SMALL / "klein.form").read_bytes()
Uploads = list[tuple[str, bytes]]


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def owner(session: Session, login: str = "oscar") -> Person:
    return region.person(session, login, roles=[("proceseigenaar", None)])


def draft(session: Session) -> Draft:
    return drafts.make(session, "Invoer", by=owner(session), now=NOW)


def bring(session: Session, made: Draft, uploads: Uploads, *, exactly: bool = False, revision: int = 0):
    by = owner(session)
    unpacked = archive.unpack(uploads)
    return archive.import_into(session, made, unpacked, exactly=exactly, revision=revision, by=by, now=NOW)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", how) as made:
        for name, content in members:
            made.writestr(name, content)
    return packed.getvalue()


def klein(word: str) -> bytes:
    return KLEIN.replace(b'"components"', b'"x": "' + word.encode() + b'", "components"', 1)


def test_what_is_taken_out_comes_back_byte_for_byte(session: Session):
    made = draft(session)
    odd = b"\xef\xbb\xbf" + KLEIN.replace(b"\n", b"\r\n") + b"\r\n"
    bring(session, made, [("klein.form", odd)])
    files = drafts.files(session, made)

    packed = archive.pack(files)
    again = draft(session)
    told = bring(session, again, [("alles.zip", packed)], exactly=True)

    assert drafts.files(session, again) == files
    assert (told.added, told.changed, told.removed) == ((), ("klein.form",), ())
    assert archive.pack(drafts.files(session, again)) == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert "forms/klein.form" in opened.namelist()
        assert "processes/rondes.bpmn" in opened.namelist()


def test_bringing_in_adds_and_replaces_or_makes_it_exactly_that(session: Session):
    made = draft(session)
    new = KLEIN.replace(b'"klein"', b'"nieuw"')
    packed = zipped(
        ("map/forms/klein.form", klein("x")),
        ("map/forms/nieuw.form", new),
        ("map/README.md", b"lees mij"),
        ("__MACOSX/forms/._klein.form", b"rommel"),
        ("map/forms/.klein.form", b"rommel"),
        ("map/leeg/", b""),
    )

    told = bring(session, made, [("alles.zip", packed)])

    assert (told.added, told.changed, told.removed) == (("nieuw.form",), ("klein.form",), ())
    assert len(told.ignored) == 3
    assert made.revision == 1
    told = bring(session, made, [("klein.form", klein("x"))], exactly=True, revision=1)
    assert (told.added, told.changed, told.same) == ((), (), ("klein.form",))
    assert set(drafts.files(session, made)) == {"klein.form"}
    assert "rondes.bpmn" in told.removed


def test_what_a_colleague_changed_meanwhile_is_not_replaced_unseen(session: Session):
    made = draft(session)
    olga = owner(session, "olga")
    draft_saves.save(session, made, "klein.form", klein("van olga"), revision=0, by=olga, now=NOW)

    with pytest.raises(Conflict, match=r"klein\.form \(Olga\)"):
        bring(session, made, [("klein.form", klein("uit de zip"))])
    assert drafts.file(session, made, "klein.form").content == klein("van olga")
    bring(session, made, [("klein.form", klein("uit de zip"))], revision=1)
    assert drafts.file(session, made, "klein.form").content == klein("uit de zip")
    assert drafts.file(session, made, "klein.form", at=1).content == klein("van olga")


def test_one_file_that_cannot_come_in_keeps_all_out_and_is_named(session: Session):
    made = draft(session)
    with pytest.raises(Invalid) as told:
        bring(session, made, [("a.form", KLEIN), ("b.form", b"geen json"), ("KLEIN.form", KLEIN)])
    assert set(told.value.errors) == {"b.form"}
    with pytest.raises(Invalid) as told:
        bring(session, made, [("a.form", KLEIN), ("KLEIN.form", KLEIN)])
    assert set(told.value.errors) == {"KLEIN.form"}
    with pytest.raises(Invalid, match="geen diagrammen"):
        bring(session, made, [("alles.zip", zipped(("README.md", b"x")))])
    assert made.revision == 0


def link() -> zipfile.ZipInfo:
    made = zipfile.ZipInfo("forms/klein.form")
    made.external_attr = (stat.S_IFLNK | 0o777) << 16
    return made


def encrypted() -> bytes:
    made = bytearray(zipped(("klein.form", KLEIN)))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(signature) + place] |= 1
    return bytes(made)


def lying() -> bytes:
    """The table of contents says ten bytes; there are fifty million."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("klein.form", b" " * 50_000_000)
    content = bytearray(packed.getvalue())
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(content)


def broken() -> bytes:
    made = zipped(("klein.form", KLEIN), how=zipfile.ZIP_STORED)
    return made.replace(b"components", b"componentz", 1)


HOSTILE = {
    "no zip": b"niets",
    "empty": b"",
    "climbing": zipped(("../../etc/klein.form", KLEIN)),
    "absolute": zipped(("/etc/klein.form", KLEIN)),
    "drive": zipped(("C:\\werk\\klein.form", KLEIN)),
    "symlink": zipped((link(), b"/etc/passwd")),
    "twice": zipped(("a/klein.form", KLEIN), ("b/klein.form", KLEIN)),
    "zip in zip only": zipped(("binnen.zip", zipped(("klein.form", KLEIN)))),
    "bomb": zipped(*[(f"{number}.form", b" " * 5_000_000) for number in range(30)]),
    "one large": zipped(("klein.form", b"{" + b" " * 6_000_000 + b"}")),
    "many": zipped(*[(f"{number}.txt", b"") for number in range(2_100)]),
    "too many of ours": zipped(*[(f"f{number}.form", KLEIN) for number in range(600)]),
    "lzma": zipped(("klein.form", KLEIN), how=zipfile.ZIP_LZMA),
    "encrypted": encrypted(),
    "lying": lying(),
    "wrong sum": broken(),
    "cut off": zipped(("klein.form", KLEIN))[:-30],
    "strange name": zipped(("<script>.form", KLEIN)),
    "doctype": zipped(("a.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_is_a_problem_in_words_and_changes_nothing(kind: str):
    found = archive.unpack([("hostiel.zip", HOSTILE[kind])])
    assert found.wrong or not found.files
    assert found.unpacked_bytes <= 60_000_000
    assert all(text and text[0].isupper() for text in found.wrong.values())


def test_zips_with_damage_anywhere_never_fail_in_another_way():
    chance = random.Random(4)
    whole = zipped(("forms/klein.form", KLEIN), ("processes/rondes.bpmn", b"<a/>"), ("x/y.txt", b"y"))
    for _ in range(1_500):
        bent = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            bent[chance.randrange(len(bent))] = chance.randrange(256)
        if chance.random() < 0.2:
            del bent[chance.randrange(len(bent)) :]
        archive.unpack([("a.zip", bytes(bent))])


def test_a_bomb_of_overlapping_entries_is_not_unpacked():
    kernel = zlib.compress(b" " * 4_000_000, 9)[2:-4]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.form", b"x")
    content = packed.getvalue()
    directory = content[content.index(b"PK\x01\x02") : content.rindex(b"PK\x05\x06")]
    entries = b"".join(directory.replace(b"a.form", b"%c.form" % letter) for letter in range(97, 117))
    start = content[: content.index(b"PK\x01\x02")] + kernel
    end = bytearray(content[content.rindex(b"PK\x05\x06") :])
    end[8:12] = (20).to_bytes(2, "little") * 2
    end[12:20] = len(entries).to_bytes(4, "little") + len(start).to_bytes(4, "little")
    found = archive.unpack([("a.zip", start + entries + bytes(end))])
    assert found.wrong


def test_a_way_of_working_has_a_largest_size(session: Session):
    made = draft(session)
    uploads = [(f"f{number}.form", KLEIN) for number in range(501)]
    with pytest.raises(Invalid, match="zo grote"):
        bring(session, made, uploads)
    assert releases.hash_of(drafts.files(session, made)) == releases.require(session, 1).hash
