"""The parts of a posture report in words, Dutch and English, for every form in which it is written."""

from bio2kg import queries
from bio2kg.posture import subjects
from bio2kg.posture.figures import OPEN, Posture, Row
from bio2kg.posture.wording import Section, Words

_STATES = ("proven", *reversed(OPEN), "replaced", "notApplicable")


def title(posture: Posture, language: str) -> str:
    """The heading of the report."""
    t = Words(language)
    name = posture.assessment["organisationName"] or posture.assessment["id"]
    return t(f"Stand van zaken: {name}", f"Security posture: {name}")


def facts(posture: Posture, language: str) -> list[tuple[str, str]]:
    """What the report is about, as pairs of a name and a value."""
    t, a = Words(language), posture.assessment
    period = f"{a['periodStart']} – {a['periodEnd']}" if a["periodStart"] or a["periodEnd"] else ""
    pairs = [
        (t("Beoordeling", "Assessment"), a["id"]),
        (t("Editie", "Edition"), a["editionName"]),
        (t("Periode", "Period"), period),
        (t("Toestand", "Status"), a["statusName"]),
        (t("Peildatum", "Reference date"), posture.as_of.isoformat()),
        (t("Vergeleken met", "Compared with"), posture.earlier["id"] if posture.earlier else ""),
    ]
    return [(name, value) for name, value in pairs if value]


def sections(posture: Posture, language: str) -> list[Section]:
    """The report from the headline figures to what is unknown."""
    t = Words(language)
    return [
        _headline(posture, t),
        _first(posture, t),
        *([_comparison(posture, t)] if posture.earlier else []),
        _themes(posture, t),
        subjects.law("nis2", "NIS2, art. 21, lid 2", "NIS2, article 21(2)", posture, t),
        subjects.law("cbw", "Cyberbeveiligingswet", "Dutch Cybersecurity Act (Cbw)", posture, t),
        subjects.roles(posture, t),
        subjects.deadlines(posture, t),
        subjects.actions(posture, t),
        subjects.iso(posture, t),
        subjects.unknown(posture, t),
    ]


def _headline(posture: Posture, t: Words) -> Section:
    proven, opened = posture.count("proven"), sum(posture.count(state) for state in OPEN)
    text = [
        t(
            f"Van de {posture.measures} overheidsmaatregelen zijn er {proven} aangetoond en {opened} open.",
            f"Of the {posture.measures} government measures {proven} are proven and {opened} are open.",
        ),
        t(
            "Aangetoond wil zeggen: opzet, bestaan en werking zijn conform bevonden, elk met goedgekeurd bewijs dat op "
            "de peildatum geldt. Dit rapport zegt nergens dat aan BIO2, de Cbw, NIS2 of een norm wordt voldaan.",
            "Proven means: design, existence and operation were found conform, each with approved evidence that is "
            "valid on the reference date. Nowhere does this report say that BIO2, the Cbw, NIS2 or a standard is "
            "complied with.",
        ),
    ]
    rows = tuple((_state(state, t), str(posture.count(state))) for state in _STATES if posture.count(state))
    return Section(
        "headline", t("In het kort", "In short"), text, (t("Stand", "State"), t("Maatregelen", "Measures")), rows
    )


def _first(posture: Posture, t: Words) -> Section:
    steps = posture.first()
    if not steps:
        return Section("first", t("Eerst aanpakken", "Do first"), [t("Er staat niets open.", "Nothing is open.")])
    rows = tuple((row["number"], row["name"], _why(row, t), row["ownerName"]) for row in steps)
    head = (t("Nr.", "No."), t("Maatregel", "Measure"), t("Waarom", "Why"), t("Eigenaar", "Owner"))
    opened = sum(posture.count(state) for state in OPEN)
    text = [
        t(
            f"Open punten: {opened}, hieronder ten hoogste tien. Wat niet conform of niet ingevoerd is gaat voor, en "
            "daarbinnen wat onder de Cbw valt en een harde termijn heeft.",
            f"Open points: {opened}, at most ten of them below. What is not conform or not implemented goes first, and "
            "within that what falls under the Cbw and has a hard deadline.",
        )
    ]
    return Section("first", t("Eerst aanpakken", "Do first"), text, head, rows)


def _why(row: Row, t: Words) -> str:
    """Why a measure is open, in a few words."""
    state = row["state"].rpartition("/")[2]
    reasons = [row["stateName"]]
    aspects = {
        "design": t("opzet", "design"),
        "existence": t("bestaan", "existence"),
        "operation": t("werking", "operation"),
    }
    short = [name for key, name in aspects.items() if row[key].rpartition("/")[2] == state]
    if short:
        reasons[0] += f" ({', '.join(short)})"
    elif state == "partly-conform":
        reasons[0] += t(" (invoering gedeeltelijk)", " (implementation partial)")
    if state == "unproven":
        missing = [name for key, name in aspects.items() if row[key].rpartition("/")[2] != "conform"]
        reasons.append(
            t(f"{', '.join(missing)} niet beoordeeld", f"{', '.join(missing)} not assessed")
            if missing
            else t("bewijs ontbreekt of is verlopen", "evidence is missing or has expired")
        )
    if row["hardDeadline"] == "true":
        reasons.append(t("harde termijn", "hard deadline"))
    if row["legalScope"].endswith("/outside-cbw"):
        reasons.append(t("buiten de Cbw", "outside the Cbw"))
    if row["carried"] == "true":
        reasons.append(t("overgenomen oordeel", "judgement carried over"))
    return "; ".join(reasons)


def _comparison(posture: Posture, t: Words) -> Section:
    kinds: dict[str, str] = {}
    counts: dict[str, int] = {}
    for row in posture.comparison:
        kinds[row["change"]] = row["changeName"]
        counts[row["change"]] = counts.get(row["change"], 0) + 1
    order = ("better", "worse", "same", "new", "gone", "not-comparable")
    summary = ", ".join(f"{kinds[kind].lower()} {counts[kind]}" for kind in order if kind in counts)
    reworded = sum(row["reworded"] == "true" for row in posture.comparison)
    text = [
        f"{t('Per maatregel die blijft', 'Per measure that persists')}: {summary}.",
        t(
            f"Herschreven (*): {reworded}. Vergeleken wordt dezelfde maatregel, niet hetzelfde nummer.",
            f"Reworded (*): {reworded}. Compared is the same measure, not the same number.",
        ),
    ]
    rows = tuple(
        (
            _numbers(row),
            row["name"] + (" *" if row["reworded"] == "true" else ""),
            row["stateThenName"],
            row["stateNowName"],
            row["changeName"] + (f" ({row['related']})" if row["related"] else ""),
        )
        for row in sorted(posture.comparison, key=lambda row: order.index(row["change"]))
        if row["change"] != "same"
    )
    head = (t("Nr.", "No."), t("Maatregel", "Measure"), t("Toen", "Then"), t("Nu", "Now"), t("Verschil", "Change"))
    return Section("comparison", t("Ten opzichte van de vorige keer", "Against the previous time"), text, head, rows)


def _numbers(row: Row) -> str:
    then, now = row["numberThen"], row["numberNow"]
    return f"{then} → {now}" if then and now and then != now else now or then


def _themes(posture: Posture, t: Words) -> Section:
    themes = posture.rows["by-theme"]
    head = (t("Stand", "State"), *(row["themeName"] for row in themes), t("Totaal", "Total"))
    rows = tuple(
        (_state(state, t), *(row[state] for row in themes), str(posture.count(state)))
        for state in _STATES
        if posture.count(state)
    )
    total = (t("Alle", "All"), *(row["measures"] for row in themes), str(posture.measures))
    return Section("themes", t("Per thema", "By theme"), [], head, (*rows, total))


def _state(column: str, t: Words) -> str:
    """The name of a state, as the question by theme gives it to its column."""
    query = queries.get("assessment-by-theme", queries.load())
    return next(c.meaning[t.language] for c in query.columns if c.name == column)
