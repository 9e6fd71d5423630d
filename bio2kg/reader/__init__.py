"""Reads the publisher's own repository of BIO2, in any generation of its text, into measures that can be compared."""
