"""The HTTP side: SPARQL protocol, linked data, pages, health."""

# Every page of another site may read our data.
CORS = {"Access-Control-Allow-Origin": "*"}
