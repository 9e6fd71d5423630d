"""The HTTP side: SPARQL protocol, linked data, pages, health."""
