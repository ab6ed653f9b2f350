import pytest
from drafting_calls import transcript

from qualify.drafting.bystanders import strangers, without
from qualify.drafting.clean import joined, kept_tokens


def told(said: str, *known: str) -> tuple[str, bool]:
    """The clause without strangers' names, and whether one had to stay."""
    call = transcript(f"C: {said}")
    names = [(a, b) for _, a, b in strangers(call, frozenset(known))]
    tokens, stays = without(kept_tokens(said), names)
    return joined([t.text for t in tokens]), stays


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("Le voisin, monsieur Fabre, garde la clé", "Le voisin, garde la clé"),
        ("Ma voisine madame Fuchs a vu la fuite", "Ma voisine a vu la fuite"),
        ("Mon collègue Bernard passera demain", "Mon collègue passera demain"),
        ("Ma sœur a déménagé à Bordeaux le mois dernier", "Ma sœur a déménagé le mois dernier"),
    ],
)
def test_a_name_in_passing_is_dropped(said: str, clause: str) -> None:
    assert told(said) == (clause, False)


def test_a_name_that_the_clause_needs_stays_and_is_said_to() -> None:
    clause, stays = told("Madame Fuchs garde la clé")
    assert "Fuchs" in clause
    assert stays


@pytest.mark.parametrize("known", ["fuchs", "bordeaux"])
def test_names_of_the_call_and_of_the_tenant_are_no_strangers(known: str) -> None:
    said = "Ma voisine madame Fuchs habite à Bordeaux"
    assert known.capitalize() in told(said, "fuchs", "bordeaux")[0]
    assert known.capitalize() not in told(said)[0]
