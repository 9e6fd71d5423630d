"""RDF that would stop, exhaust or open whoever reads it."""

import json

from tests.attacks.case import Case, sent

XML = "application/rdf+xml"
JSON = "application/ld+json"
TURTLE = "text/turtle"
# Whether it is read or meets a limit depends on the engine and the machine.
TOO_MUCH = (400, 503)
_RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'


def _bomb(depth: int) -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, depth))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{entities}]>{_RDF}&e{depth - 1};</rdf:RDF>'


def entity(declaration: str) -> str:
    """XML with a declaration and a use of the entity ``x``."""
    return (
        f'<?xml version="1.0"?><!DOCTYPE x [{declaration}]>{_RDF}'
        '<rdf:Description rdf:about="urn:s"><p xmlns="urn:">&x;</p></rdf:Description></rdf:RDF>'
    )


def _nested_json(depth: int) -> str:
    return '{"@id":"urn:s","urn:p":' * depth + "1" + "}" * depth


_CONTEXTS = '{"@context":{"a":{"@id":"urn:a","@context":' * 3000 + "{}" + "}}" * 3000 + "}"
_CIRCLE = {"a": {"@id": "urn:a", "@context": {"a": {"@id": "urn:a", "@context": {}}}}}
_ATTRIBUTES = " ".join(f'a{n}:x="1"' for n in range(20_000))
_INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{file}" parse="text"/>'

_JSON: list[Case] = [
    sent("nested JSON-LD", JSON, _nested_json(5000)),
    sent("deeply nested JSON-LD", JSON, _nested_json(200_000)),
    sent("nested JSON-LD as JSON", "application/json", _nested_json(5000)),
    sent("nested arrays", JSON, "[" * 100_000 + "]" * 100_000),
    sent("nested arrays after a string", JSON, '{"@id":"\\"","a":' + "[" * 100_000 + "]" * 100_000 + "}"),
    sent("nested graphs", JSON, '{"@graph":' * 5000 + "[]" + "}" * 5000),
    sent("nested contexts", JSON, _CONTEXTS),
    sent("context of the web", JSON, '{"@context":"{web}","@id":"urn:s","urn:p":1}'),
    sent("context of a file", JSON, '{"@context":"file://{file}","@id":"urn:s","urn:p":1}'),
    sent("context of a path", JSON, '{"@context":"{file}","@id":"urn:s","urn:p":1}'),
    sent("context in a list", JSON, '{"@context":[{"@version":1.1},["{web}"]],"@id":"urn:s"}'),
    sent("context of a term", JSON, '{"@context":{"a":{"@id":"urn:a","@context":"{web}"}},"a":{"a":1}}'),
    sent("context of a type", JSON, '{"@context":{"A":{"@id":"urn:a","@context":"{web}"}},"@type":"A"}'),
    sent("imported context", JSON, '{"@context":{"@import":"{web}"},"@id":"urn:s"}'),
    sent("context with escapes", JSON, '{"\\u0040context":"{web}","@id":"urn:s","urn:p":1}'),
    sent("context of ours", JSON, '{"@context":"https://w3id.org/bio2kg/context.jsonld","@id":"urn:s","urn:p":1}'),
    sent("context that defines itself", JSON, '{"@context":{"a":"b:x","b":"a:y"},"a":1}'),
    sent("contexts in a circle", JSON, json.dumps({"@context": _CIRCLE, "a": {"a": {"a": 1}}})),
    sent("base of a file", JSON, '{"@context":{"@base":"file://{file}"},"@id":"","urn:p":1}'),
    sent("JSON with a huge number", JSON, '{"@id":"urn:s","urn:p":' + "9" * 200_000 + "}", *TOO_MUCH),
    sent("JSON with a huge exponent", JSON, '{"@id":"urn:s","urn:p":1e999999999}'),
    sent("JSON with a lone surrogate", JSON, '{"@id":"urn:s","urn:p":"\\ud800"}'),
    sent("JSON with a string without an end", JSON, lambda _: b'"' + b'\\"' * 5_000_000, *TOO_MUCH),
    sent(
        "JSON with many keys", JSON, lambda _: json.dumps({f"urn:{n}": n for n in range(100_000)}).encode(), *TOO_MUCH
    ),
    sent("JSON with one key many times", JSON, "{" + ",".join(['"urn:p":1'] * 100_000) + "}", *TOO_MUCH),
    sent("JSON that ends early", JSON, '{"@id":"urn:s"'),
    sent("JSON in another encoding", JSON, '{"@id":"urn:s"}'.encode("utf-16")),
    sent("script in JSON", JSON, '{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}},"@id":"urn:s"}'),
]
_XML: list[Case] = [
    sent("entity expansion", XML, _bomb(12)),
    sent("deep entity expansion", XML, _bomb(40)),
    sent("entity that is long", XML, entity(f'<!ENTITY x "{"a" * 100_000}">').replace("&x;", "&x;" * 50_000)),
    sent("entity of a file", XML, entity('<!ENTITY x SYSTEM "file://{file}">')),
    sent("entity of the web", XML, entity('<!ENTITY x SYSTEM "{web}">')),
    sent("parameter entity of the web", XML, entity('<!ENTITY % y SYSTEM "{web}"> %y;')),
    sent("entity of nothing", XML, entity("").replace("[]", "")),
    sent("document type of the web", XML, f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "{{web}}">{_RDF}</rdf:RDF>'),
    sent("stylesheet of the web", XML, f'<?xml-stylesheet type="text/xsl" href="{{web}}"?>{_RDF}</rdf:RDF>'),
    sent("inclusion of a file", XML, f"{_RDF}{_INCLUDE}</rdf:RDF>"),
    sent("XML base of a file", XML, _RDF.replace(">", ' xml:base="file://{file}"><rdf:Seq rdf:about=""/></rdf:RDF>')),
    sent("many attributes", XML, f"{_RDF}<rdf:Description {_ATTRIBUTES}/></rdf:RDF>", *TOO_MUCH),
    sent(
        "nested XML",
        XML,
        _RDF + "<rdf:Bag><rdf:li>" * 20_000 + "</rdf:li></rdf:Bag>" * 20_000 + "</rdf:RDF>",
        *TOO_MUCH,
    ),
    sent("tags without an end", XML, lambda _: _RDF.encode() + b"<rdf:Bag><rdf:li>" * 30_000, *TOO_MUCH),
    sent("XML of another encoding", XML, f'<?xml version="1.0" encoding="UTF-7"?>{_RDF}</rdf:RDF>'),
    sent("XML in UTF-16", XML, (f'<?xml version="1.0" encoding="UTF-16"?>{_RDF}</rdf:RDF>').encode("utf-16")),
    sent("comment without an end", XML, lambda _: _RDF.encode() + b"<!--" + b"-" * 10_000_000, *TOO_MUCH),
]
_TEXT: list[Case] = [
    sent("nested Turtle", TURTLE, "<urn:s> <urn:p> " + "[ <urn:p> " * 50_000 + "1" + " ]" * 50_000 + " .", *TOO_MUCH),
    sent("nested lists", TURTLE, "<urn:s> <urn:p> " + "( " * 50_000 + ")" * 50_000 + " .", *TOO_MUCH),
    sent(
        "nested triples",
        TURTLE,
        "<urn:s> <urn:p> " + "<<( <urn:s> <urn:p> " * 5000 + "1" + " )>>" * 5000 + " .",
        *TOO_MUCH,
    ),
    sent("triples about triples", TURTLE, "<urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> ."),
    sent("Turtle with a base of a file", TURTLE, "@base <file://{file}> . <> <urn:p> <> ."),
    sent("graph of a file", "application/n-quads", "<urn:s> <urn:p> <urn:o> <file://{file}> .\n"),
    sent(
        "many triples",
        TURTLE,
        lambda _: b"".join(b"<urn:s%d> <urn:p> %d .\n" % (n, n) for n in range(200_000)),
        *TOO_MUCH,
    ),
    sent(
        "many graphs",
        "application/trig",
        lambda _: b"".join(b"<urn:%d>{<urn:s> <urn:p> 1}\n" % n for n in range(100_000)),
        *TOO_MUCH,
    ),
    sent(
        "many prefixes",
        TURTLE,
        lambda _: b"".join(b"@prefix p%d: <urn:%d> .\n" % (n, n) for n in range(100_000)),
        *TOO_MUCH,
    ),
    sent("one long literal", TURTLE, lambda _: b'<urn:s> <urn:p> "' + b"a" * 15_000_000 + b'" .', *TOO_MUCH),
    sent("one long name", TURTLE, lambda _: b"<urn:" + b"a" * 5_000_000 + b"> <urn:p> 1 .", *TOO_MUCH),
    sent("one long word", TURTLE, lambda _: b"a" * 5_000_000, *TOO_MUCH),
    sent("one long label", TURTLE, lambda _: b"_:" + b"a" * 5_000_000 + b" <urn:p> 1 .", *TOO_MUCH),
    sent("quotes without an end", TURTLE, lambda _: b'<urn:s> <urn:p> """' + b'"" ' * 3_000_000, *TOO_MUCH),
    sent("escapes", TURTLE, lambda _: b'<urn:s> <urn:p> "' + b"\\U0010FFFF" * 1_000_000 + b'" .', *TOO_MUCH),
    sent("escape beyond unicode", TURTLE, '<urn:s> <urn:p> "\\UFFFFFFFF" .'),
    sent("escape in a name", TURTLE, "<urn:s\\u003e\\u0020> <urn:p> 1 ."),
    sent("Turtle in another encoding", TURTLE, "<urn:s> <urn:p> 'é' .".encode("latin-1")),
    sent("null bytes", TURTLE, b"\x00" * 10_000),
    sent("surrogates as bytes", TURTLE, b'<urn:s> <urn:p> "\xed\xa0\x80" .'),
    sent("too large", TURTLE, lambda _: b"#" * 30_000_000, 413),
    sent("empty", TURTLE, b""),
    sent("old workbook", "application/vnd.ms-excel", b"\xd0\xcf\x11\xe0" + b"\x00" * 512, 415),
    sent("script as a body", "text/javascript", "process.exit()", 415),
    sent("pickle as a body", "application/octet-stream", b"\x80\x04cos\nsystem\n(S'touch {file}.x'\ntR.", 415),
    sent("YAML as a body", "application/yaml", "!!python/object/apply:os.system ['touch {file}.x']", 415),
]

CASES: list[Case] = [*_JSON, *_XML, *_TEXT]
