"""The parts of a posture report about law, roles, deadlines, actions, standards, and what is unknown."""

from collections.abc import Iterable

from bio2kg.posture.figures import Posture, Row
from bio2kg.posture.wording import Section, Words


def law(name: str, nl: str, en: str, posture: Posture, t: Words) -> Section:
    """What the assessment shows about a law, provision by provision."""
    rows = posture.rows[f"by-{name}"]
    text = [
        t(
            "Koppelingsclaims brengen maatregelen met een bepaling in verband. Zo'n verband is geen bewijs van "
            "naleving; de zekerheid is die van de zwakste stap.",
            "Mapping claims relate measures to a provision. Such a relation is no proof of compliance; the confidence "
            "is that of the weakest step.",
        )
    ]
    head = (
        t("Bepaling", "Provision"),
        t("Wat de beoordeling laat zien", "What the assessment shows"),
        t("Zekerheid", "Confidence"),
    )
    found = tuple((_provision(row), row["outcome"], t.number(row["weakest"])) for row in rows)
    return Section(name, t(nl, en), text, head, found)


def _provision(row: Row) -> str:
    """The number of a provision, with its name if that says more than the number."""
    return row["number"] if row["name"] in ("", row["citation"]) else f"{row['number']} {row['name']}"


def roles(posture: Posture, t: Words) -> Section:
    """How much is open per owner and per role that the measures mention."""
    owners: dict[str, tuple[str, list[str], str, str]] = {}
    for row in posture.rows["by-role"]:
        if row["part"] == "owner":
            owner = row["ownerName"] or row["owner"] or t("geen eigenaar vastgelegd", "no owner recorded")
            owners.setdefault(row["owner"], (owner, [], row["measures"], row["open"]))[1].append(row["roleName"])
    mentioned = [row for row in posture.rows["by-role"] if row["part"] == "mentioned"]
    rows = (
        *(
            (
                t("eigenaar", "owner"),
                name + (f" ({', '.join(filter(None, roles))})" if any(roles) else ""),
                measures,
                opened,
            )
            for name, roles, measures, opened in owners.values()
        ),
        *((t("genoemd", "mentioned"), row["roleName"], row["measures"], row["open"]) for row in mentioned),
    )
    text = [
        t(
            "Een rol die een maatregel noemt, is daarmee niet verantwoordelijk voor die maatregel.",
            "A role that a measure mentions is not responsible for that measure because of it.",
        )
    ]
    head = (t("Als", "As"), t("Rol of eigenaar", "Role or owner"), t("Maatregelen", "Measures"), t("Open", "Open"))
    return Section("roles", t("Per rol", "By role"), text, head, rows)


def deadlines(posture: Posture, t: Words) -> Section:
    """The deadlines that are past or near."""
    words = {
        "overdue": t("te laat", "overdue"),
        "late": t("laatste keer te laat", "last time too late"),
        "soon": t("binnen 90 dagen", "within 90 days"),
    }
    chosen = sorted(
        (d for d in posture.deadlines if d.when in words), key=lambda d: (list(words).index(d.when), str(d.on))
    )
    text = [
        t(
            f"{_of(posture, 'overdue')} te laat, {_of(posture, 'soon')} binnen 90 dagen, "
            f"{_of(posture, 'no-record')} zonder vastlegging, {_of(posture, 'no-interval')} zonder bekende termijn, "
            f"van {len(posture.deadlines)} termijnen.",
            f"{_of(posture, 'overdue')} overdue, {_of(posture, 'soon')} within 90 days, "
            f"{_of(posture, 'no-record')} without a record, {_of(posture, 'no-interval')} without a known interval, "
            f"of {len(posture.deadlines)} deadlines.",
        )
    ]
    rows = tuple(
        (d.row["number"], d.row["activity"], d.on.isoformat() if d.on else "", words[d.when], d.row["bindingName"])
        for d in chosen
    )
    head = (t("Nr.", "No."), t("Wat", "What"), t("Uiterlijk", "Due"), t("Stand", "State"), t("Binding", "Binding"))
    return Section("deadlines", t("Termijnen", "Deadlines"), text, head if rows else (), rows)


def _of(posture: Posture, when: str) -> int:
    return sum(d.when == when for d in posture.deadlines)


def actions(posture: Posture, t: Words) -> Section:
    """The actions that are not closed, and what they resolve."""
    rows = []
    grouped: dict[str, list[Row]] = {}
    for row in posture.rows["actions"]:
        grouped.setdefault(row["action"], []).append(row)
    late = 0
    for found in grouped.values():
        row = found[0]
        overdue = bool(row["targetDate"]) and row["targetDate"] < posture.as_of.isoformat()
        late += overdue
        about = ", ".join(dict.fromkeys(filter(None, (r["number"] or r["name"] for r in found))))
        day = row["targetDate"] + (t(" (te laat)", " (overdue)") if overdue else "")
        rows.append((day, row["description"], about, row["ownerName"]))
    text = [
        t(f"Open: {len(rows)}, waarvan te laat: {late}.", f"Open: {len(rows)}, of these overdue: {late}.")
        if rows
        else t("Er zijn geen open acties vastgelegd.", "No open actions are recorded.")
    ]
    head = (t("Streefdatum", "Target"), t("Actie", "Action"), t("Lost op", "Resolves"), t("Eigenaar", "Owner"))
    return Section("actions", t("Open acties", "Open actions"), text, head if rows else (), tuple(rows))


def iso(posture: Posture, t: Words) -> Section:
    """What the assessment says about ISO/IEC 27001 and 27002."""
    controls = posture.rows["iso27002"]
    clauses = [row for row in posture.rows["iso27001"] if row["part"] == "clause"]
    annex = [row for row in posture.rows["iso27001"] if row["part"] == "annex-a"]
    judged = sum(row["state"].rpartition("/")[2] == "proven" for row in controls)
    applicable = sum(row["applicability"].endswith("/applicable") for row in controls)
    standards = {
        t("ISO/IEC 27002:2022 en bijlage A van 27001", "ISO/IEC 27002:2022 and Annex A of 27001"): annex,
        t("ISO/IEC 27001:2022, paragrafen", "ISO/IEC 27001:2022, clauses"): clauses,
    }
    rows = tuple(
        (
            name,
            t(f"{_reached(found)} van {len(found)}", f"{_reached(found)} of {len(found)}"),
            t.number(_weakest(found)),
        )
        for name, found in standards.items()
    )
    text = [
        t(
            f"De VvT noemt {applicable} van de {len(controls)} beheersmaatregelen van toepassing; {judged} zijn zelf "
            "beoordeeld en aangetoond. Een overheidsmaatregel dekt een deel van een beheersmaatregel. Uit de "
            "maatregelen volgt dus niet dat de beheersmaatregel geheel is aangetoond.",
            f"The statement of applicability calls {applicable} of the {len(controls)} controls applicable; {judged} "
            "were assessed themselves and are proven. A government measure covers a part of a control, so the measures "
            "do not show that the control as a whole is proven.",
        ),
        t(
            "Bereikt wil zeggen dat een koppelingsclaim ten minste één overheidsmaatregel ermee verbindt. De rest is "
            "onbekend. Deze beoordeling is geen certificaat.",
            "Reached means that a mapping claim relates at least one government measure to it. The rest is unknown. "
            "This assessment is no certificate.",
        ),
    ]
    head = (t("Norm", "Standard"), t("Bereikt", "Reached"), t("Zwakste zekerheid", "Weakest confidence"))
    return Section("iso", "ISO/IEC 27001, 27002", text, head, rows)


def _reached(rows: Iterable[Row]) -> int:
    return sum(int(row["measures"]) > 0 for row in rows)


def _weakest(rows: Iterable[Row]) -> str:
    return min((row["weakest"] for row in rows if row["weakest"]), key=float, default="")


def unknown(posture: Posture, t: Words) -> Section:
    """What the report does not know, and that it claims no conformity."""

    def lacking(name: str) -> str:
        rows = posture.rows[name]
        return t(f"{len(rows) - _reached(rows)} van {len(rows)}", f"{len(rows) - _reached(rows)} of {len(rows)}")

    count = posture.count
    text = [
        t(
            f"Maatregelen niet beoordeeld: {count('notAssessed')}; niet in de VvT: {count('notInStatement')}; conform "
            f"genoemd maar niet aangetoond: {count('unproven')}.",
            f"Measures not assessed: {count('notAssessed')}; not in the statement of applicability: "
            f"{count('notInStatement')}; called conform but unproven: {count('unproven')}.",
        ),
        t(
            f"Zonder claim, en dus onbekend: {lacking('by-nis2')} punten van NIS2, {lacking('by-cbw')} plichten van de "
            f"Cbw en {lacking('iso27001')} onderdelen van ISO/IEC 27001.",
            f"Without a claim, and so unknown: {lacking('by-nis2')} points of NIS2, {lacking('by-cbw')} duties of the "
            f"Cbw and {lacking('iso27001')} parts of ISO/IEC 27001.",
        ),
        t(
            f"Termijnen waarvan niet is vastgelegd of zij zijn gehaald: {_of(posture, 'no-record')}.",
            f"Deadlines without a record of whether they were met: {_of(posture, 'no-record')}.",
        ),
        t(
            "Dit rapport vat samen wat de organisatie zelf heeft vastgelegd. Het is geen oordeel van een auditor of "
            "toezichthouder en geen verklaring dat aan wet of norm wordt voldaan.",
            "This report sums up what the organisation itself recorded. It is no judgement by an auditor or supervisor "
            "and no statement that a law or standard is complied with.",
        ),
    ]
    return Section("unknown", t("Wat onbekend is", "What is unknown"), text)
