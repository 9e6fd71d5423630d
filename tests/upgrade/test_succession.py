"""From which measures others come; what is expected was read from the change table and part 2 of BIO2."""

from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from bio2kg.namespaces import DEF, ID
from bio2kg.store import EmbeddedStore
from bio2kg.upgrade import Upgraded, upgrade
from tests.upgrade.assessments import active, assessment, change, entry, parsed


def test_nine_numbers_ended_and_six_came_in(to_1_3: Upgraded, store: EmbeddedStore) -> None:
    concerned = {t.object.value.rpartition("/")[2] for t in to_1_3.triples if t.predicate.value == f"{DEF}concerns"}
    assert concerned == set(active(store, "1.3"))
    ended = {"5.04.02", "5.04.03", "5.21.01", "5.24.06", "5.25.01", "5.35.01", "7.01.01", "8.08.06", "8.24.03"}
    assert set(active(store, "1.2")) - concerned == ended
    assert {c.old[0]: c.new for c in to_1_3.changes if c.old and c.old[0] in ended} == {
        "5.04.02": "5.10.02",
        "5.04.03": "5.10.03",
        "5.24.06": "5.21.05",
        "5.25.01": "5.26.02",
        "8.08.06": "5.24.08",
        "5.21.01": "",
        "5.35.01": "",
        "7.01.01": "",
        "8.24.03": "",
    }
    assert len(to_1_3.changes) == 117 + 4


def test_the_other_reading_of_a_move_mixes_nothing_up(to_1_3: Upgraded) -> None:
    # The change table also points from 8.08.06 to 5.24.02, which is in both editions in the same words.
    found = change(to_1_3, new="5.24.02")
    assert (found.old, found.kinds, found.reasons) == (("5.24.02",), ("unchanged",), ())
    assert entry(to_1_3, "5.24.02", "justification") == {"Reden 5.24.02"}


def test_reworded_is_carried_with_a_note_and_listed(to_1_3: Upgraded) -> None:
    found = change(to_1_3, new="5.05.01")
    assert (found.kinds, found.reasons) == (("reworded",), ("reworded",))
    assert entry(to_1_3, "5.05.01", "implementationStatus") == {"implementation-status/verified"}
    (note,) = entry(to_1_3, "5.05.01", "note")
    assert "1.2 (5.05.01)" in note
    assert change(to_1_3, new="5.21.05").kinds == ("moved", "reworded")
    assert entry(to_1_3, "5.02.02", "note") == set()
    assert change(to_1_3, new="5.02.02").reasons == ()


def test_split_and_merged_measures_are_listed_with_all_they_come_from(to_1_3: Upgraded) -> None:
    origins = {c.new: (c.old, c.partial) for c in to_1_3.changes if "parts" in c.reasons}
    assert origins == {
        "5.01.01": (("5.01.01",), True),
        "5.02.01": (("5.02.01", "5.01.01"), True),
        "5.21.03": (("5.21.03", "5.21.01"), False),
        "6.03.04": (("8.01.02",), True),
        "7.10.01": (("7.10.01", "7.10.02"), True),
        "7.10.02": (("7.10.02",), True),
        "8.01.02": (("8.01.02",), True),
        "8.24.01": (("8.24.01", "8.24.03"), False),
    }
    assert entry(to_1_3, "5.02.01", "applicability") == {"applicability/applicable"}


def test_what_is_new_gets_the_choice_of_what_it_comes_from_and_nothing_more(to_1_3: Upgraded) -> None:
    found = change(to_1_3, new="6.03.04")
    assert (found.kinds, found.carried) == (("introduced", "split"), ("applicability",))
    assert {"introduced", "parts"} <= set(found.reasons)
    assert entry(to_1_3, "6.03.04", "justification") == set()
    assert not any("/ca/6.03.04" in str(t.subject) for t in to_1_3.triples)


def test_numbers_of_1_1_1_stay_with_their_measures(store: EmbeddedStore) -> None:
    upgraded = upgrade(parsed(assessment("1.1.1", active(store, "1.1.1"))), store, "1.1.1", "1.2")
    assert {c.old for c in upgraded.changes} == {(c.new,) for c in upgraded.changes}
    assert len(upgraded.changes) == 120
    assert upgraded.counts()["unchanged"] == 92
    assert change(upgraded, new="5.18.01").kinds == ("reworded",)
    assert change(upgraded, new="5.18.02").kinds == ("unchanged",)
    assert entry(upgraded, "5.18.02", "justification") == {"Reden 5.18.02"}


def test_two_steps_at_once_are_followed_by_the_measure_that_persists(store: EmbeddedStore) -> None:
    upgraded = upgrade(parsed(assessment("1.1.1", ["8.08.06", "5.24.02"])), store, "1.1.1", "1.3")
    found = change(upgraded, new="5.24.08")
    assert (found.old, found.kinds) == (("8.08.06",), ("moved", "reworded"))
    assert entry(upgraded, "5.24.08", "justification") == {"Reden 8.08.06"}
    assert {"source:bio2-maatregelen-c9750de", "source:bio2-inleiding-270c203"} <= set(found.sources)


def test_back_in_time_what_was_withdrawn_returns(store: EmbeddedStore) -> None:
    upgraded = upgrade(parsed(assessment("1.3", active(store, "1.3"))), store, "1.3", "1.2")
    assert {c.new for c in upgraded.changes if "returned" in c.reasons} == {"5.21.01", "5.35.01", "7.01.01", "8.24.03"}
    assert {c.old for c in upgraded.changes if "withdrawn" in c.reasons} == {("6.03.04",)}
    assert entry(upgraded, "8.08.06", "justification") == {"Reden 5.24.08"}
    assert entry(upgraded, "5.35.01", "concerns") == {"bio2/1.2/5.35.01"}
    assert entry(upgraded, "5.35.01", "applicability") == set()


SLIDING = f"""
<{ID}bio2/8.0> a b:Edition ; dcterms:isVersionOf id:bio2 ; dcat:version "8.0" .
<{ID}bio2/8.1> a b:Edition ; dcterms:isVersionOf id:bio2 ; dcat:version "8.1" .
""" + "".join(
    f"""<{ID}bio2/{edition}/{number}> a b:MeasureEdition ; skos:inScheme <{ID}bio2/{edition}> ; skos:notation "{number}" ;
      b:status <{ID}status/active> ; b:editionOf <{ID}measure/{lasting}> ; b:wordingDigest "sha256:{lasting}" ;
      b:underControl <{ID}iso27002/2022/5.18> .
    """
    for edition, number, lasting in [
        ("8.0", "5.18.01", "gone"),
        ("8.0", "5.18.02", "second"),
        ("8.0", "5.18.03", "third"),
        ("8.1", "5.18.01", "second"),
        ("8.1", "5.18.02", "third"),
        ("8.1", "5.18.03", "new"),
    ]
)


def test_numbers_that_slide_are_never_mixed_up() -> None:
    graph = NamedNode("https://example.org/graph")
    quads = [Quad(t.subject, t.predicate, t.object, graph) for t in parsed(SLIDING)]
    sliding = EmbeddedStore(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    text = assessment("8.0", ["5.18.01", "5.18.02", "5.18.03"])
    upgraded = upgrade(parsed(text), sliding, "8.0", "8.1")
    assert {(c.old, c.new, c.kinds) for c in upgraded.changes} == {
        (("5.18.01",), "", ("withdrawn",)),
        (("5.18.02",), "5.18.01", ("renumbered",)),
        (("5.18.03",), "5.18.02", ("renumbered",)),
        ((), "5.18.03", ("introduced",)),
    }
    assert entry(upgraded, "5.18.01", "justification") == {"Reden 5.18.02"}
    assert entry(upgraded, "5.18.02", "justification") == {"Reden 5.18.03"}
    assert entry(upgraded, "5.18.03", "justification") == set()
    assert entry(upgraded, "5.18.03", "concerns") == {"bio2/8.1/5.18.03"}
    assert change(upgraded, old="5.18.01").reasons == ("withdrawn",)
    back = upgrade(upgraded.triples, sliding, "8.1", "8.0")
    assert entry(back, "5.18.02", "justification") == {"Reden 5.18.02"}
    assert entry(back, "5.18.03", "justification") == {"Reden 5.18.03"}
