"""Assessments against the rules: read, prepare, run the shapes, and say what is wrong in the form that fits."""
