"""REST: what the release knows as collections of JSON objects under `/v1`, each described once."""
